#include "common/wire/parts.h"
#include "common/wire/visit.h"

enum { GIVER, REGENCY, PHONE, PHONE_TOKEN, CONSENT };
static const struct str NAMES[] = {
    JSON_NAME("giver"), JSON_NAME("regency"), JSON_NAME("phone"), JSON_NAME("phone_token"), JSON_NAME("consent"),
};

void contact_encode(struct buf *b, const struct contact *m)
{
    json_put_begin(b);
    parts_put_giver(b, "giver", &m->giver);
    json_put_region(b, "regency", m->regency);
    json_put_string(b, "phone", m->phone);
    json_put_string(b, "phone_token", m->phone_token);
    json_put_bool(b, "consent", m->consent);
    json_put_close(b, '}');
}

/* k<n>. and the 59 base64url characters of nonce 12, ciphertext 16 and tag 16. */
static bool is_cipher(const char *s)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t digits = s[0] == 'k' ? strspn(s + 1, "0123456789") : 0;
    if (digits < 1 || digits > 3 || s[1] == '0' || s[1 + digits] != '.')
        return false;
    const char *body = s + digits + 2;
    return strlen(body) == 59 && strspn(body, alphabet) == 59;
}

int contact_decode(struct str value, struct contact *out, struct reject *error)
{
    struct json_in in JSON_UNINITIALISED cleanup(json_in_done);
    struct json_node root;
    if (json_in_parse(&in, value, NAMES, ARRAY_LEN(NAMES), &root, error) < 0)
        return in.result;

    struct contact m = { .regency = 0 };
    parts_giver(&root, GIVER, REQUIRED, &m.giver);
    json_regency(&root, REGENCY, REQUIRED, &m.regency);
    if (json_string(&root, PHONE, REQUIRED, m.phone, sizeof m.phone) && !is_cipher(m.phone))
        json_fault(&root, PHONE, REJECT_OUT_OF_RANGE, "k<n>. and base64url of 44 bytes");
    json_token(&root, PHONE_TOKEN, REQUIRED, m.phone_token);
    json_bool(&root, CONSENT, REQUIRED, &m.consent);
    if (!json_in_failed(&in))
        *out = m;
    return json_in_result(&in);
}
