#include "common/domain/kk.h"

enum number_fault kk_parse(struct str as_written, char out[NIK_DIGITS + 1])
{
    char digits[NIK_DIGITS + 1];

    enum number_fault fault = digits_as_written(as_written, NIK_DIGITS, digits);
    if (fault != NUMBER_OK)
        return fault;
    if (digits_placeholder(digits) || memcmp(digits + 12, "0000", 4) == 0)
        return NUMBER_PLACEHOLDER;
    memcpy(out, digits, sizeof(digits));
    return NUMBER_OK;
}
