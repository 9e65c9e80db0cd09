/*
 * Ranks (golongan). PNS: I/a to IV/e (PP 99/2000 as last in force); PPPK: I to XVII (Perpres 98/2020 jo. 11/2024).
 *
 * Read as people write them: III/a, IIIa, III a, 3A, III.A, "Penata Muda (III/a)", "Penata Muda", "Ahli Pertama / IX",
 * "gol. IX", l/a (the letter l for I). Written canonically: "III/c", "IX".
 */
#ifndef BERBAGI_DOMAIN_GRADE_H
#define BERBAGI_DOMAIN_GRADE_H

#include "common/core/cleanup.h"
#include "common/core/str.h"

enum { GRADE_TEXT_SIZE = 8 };

/* Whose grade it is: PNS and PPPK share the numerals I to IV. */
enum grade_of { GRADE_OF_ANY, GRADE_OF_PNS, GRADE_OF_PPPK };

/*
 * 0, or -EINVAL (no grade of these people, REJECT unknown_value), or -ENOTUNIQ (a bare I-IV of a PNS or of anybody:
 * a PPPK's, or an incomplete PNS', REJECT ambiguous_code).
 */
must_check int grade_parse(struct str as_written, enum grade_of of, char out[GRADE_TEXT_SIZE]);

/* True for exactly the canonical spellings. */
bool grade_canonical(struct str s);

#endif
