"""Numbers of people who do not exist.

KK and NIK begin with 97, a province code that is not assigned. NIPs have a serial of 9xx. Phones are 0812-0000-….
"""

import rng


def kk(seed, regency, index):
    """16 digits: 97, the regency's last two, 01, a date of recording, a serial that is never 0000."""
    day = 1 + rng.below(28, seed, "kk-day", regency, index)
    month = 1 + rng.below(12, seed, "kk-month", regency, index)
    return f"97{regency[2:4]}{1 + index // 9000:02d}{day:02d}{month:02d}{10 + index % 10:02d}{1 + index % 9000:04d}"


def nik(seed, birth, female, kk_number, member):
    """16 digits with the birth date in them, 40 added to a woman's day."""
    day = birth.day + (40 if female else 0)
    serial = 1 + rng.below(9000, seed, "nik", kk_number, member)
    return f"97{kk_number[2:6]}{day:02d}{birth.month:02d}{birth.year % 100:02d}{serial:04d}"


def nip(birth, appointed, female, serial):
    """18 digits: birth date, month of appointment, sex, a serial from 900."""
    return f"{birth:%Y%m%d}{appointed:%Y%m}{2 if female else 1}{900 + serial % 100:03d}"


def nip_pppk(birth, year, female, serial):
    """The contract form: the 13th and 14th digit are 21."""
    return f"{birth:%Y%m%d}{year:04d}21{2 if female else 1}{900 + serial % 100:03d}"


PHONE_FORMS = ("0812{0}", "+62812{0}", "0812-{1}-{2}", "+62 812 {1} {2}", "62812{0}", "812{0}")


def phone(seed, index):
    """As people write it; the number itself is 812 0000 and five digits."""
    digits = f"0000{index % 100000:05d}"
    return rng.pick(PHONE_FORMS, seed, "phone-form", index).format(digits, digits[:4], digits[4:])
