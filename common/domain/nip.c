#include "common/domain/nip.h"

#include "common/core/civil.h"

enum { OLD_NIP_DIGITS = 9, FIRST_CONTRACT_CODE = 21 };

static bool month_or_contract(const char *digits)
{
    int n = (digits[12] - '0') * 10 + (digits[13] - '0');
    return (n >= 1 && n <= 12) || n >= FIRST_CONTRACT_CODE;
}

static bool birth_valid(const char *digits)
{
    char text[DATE_TEXT_SIZE] = { digits[0], digits[1], digits[2], digits[3], '-', digits[4], digits[5], '-',
                                  digits[6], digits[7], '\0' };
    int32_t date;
    return date_parse(str_from(text), &date) == 0;
}

enum number_fault nip_parse(struct str as_written, char out[NIP_DIGITS + 1])
{
    char digits[NIP_DIGITS + 1], old[OLD_NIP_DIGITS + 1];

    enum number_fault fault = digits_as_written(as_written, NIP_DIGITS, digits);
    if (fault == NUMBER_BAD_DIGITS && digits_as_written(as_written, OLD_NIP_DIGITS, old) == NUMBER_OK)
        return NUMBER_OLD_NIP;
    if (fault != NUMBER_OK)
        return fault;
    if (!birth_valid(digits))
        return NUMBER_BAD_DATE;
    if (!month_or_contract(digits) || (digits[14] != '1' && digits[14] != '2'))
        return NUMBER_BAD_DIGITS;
    if (memcmp(digits + 15, "000", 3) == 0)
        return NUMBER_DAMAGED;
    memcpy(out, digits, sizeof(digits));
    return NUMBER_OK;
}
