#include "common/domain/ref.h"

bool ref_has_16_digits(struct str s)
{
    int run = 0;
    for (size_t i = 0; i < s.n; i++) {
        run = s.p[i] >= '0' && s.p[i] <= '9' ? run + 1 : 0;
        if (run == 16)
            return true;
    }
    return false;
}

bool ref_form(struct str s)
{
    if (s.n < 1 || s.n > REF_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return !ref_has_16_digits(s);
}
