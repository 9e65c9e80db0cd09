/* The `ref` form of references copied into canonical events (contract, section 0). */
#ifndef BERBAGI_DOMAIN_REF_H
#define BERBAGI_DOMAIN_REF_H

#include "common/core/str.h"

enum { REF_MAX = 64 };

/* 1-64 printable ASCII characters without space, no 16 digits in a row. */
bool ref_form(struct str s);
/* 16 ASCII digits in a row: a NIK in disguise. */
bool ref_has_16_digits(struct str s);

#endif
