"""The last screen of the demo: what a person who runs the programme wants to know, in Indonesian."""

import textwrap

MESSAGE_WORDS = {"read": "dibaca", "delivered": "sampai", "sent": "terkirim", "failed": "gagal",
                 "unknown": "tidak diketahui", "suppressed": "tidak dikirim", "expired": "lewat waktu",
                 "intent": "sedang dikirim"}
REFERRAL_WORDS = {"rawat_warga": "Rawat Warga (sakit)", "rantang_kasih": "Rantang Kasih (sebatang kara)",
                  "garda_ampuh": "Garda Ampuh (putus sekolah, anak)", "bedah_rumah": "Bedah Rumah",
                  "data_correction": "Perbaikan data", "see_note": "Lihat catatan"}
OUTCOME_WORDS = {"delivered": "diterima", "not_home": "tidak di rumah", "moved": "pindah", "deceased": "meninggal",
                 "refused": "menolak", "not_found": "tidak ditemukan", "void": "dibatalkan"}
REJECT_WORDS = {"bad_digits": "angka tidak lengkap", "spreadsheet_damage": "angka rusak oleh lembar kerja",
                "placeholder_id": "nomor palsu", "missing_field": "isian kosong", "wrong_type": "jenis isian salah",
                "unknown_value": "kata tak dikenal", "out_of_range": "di luar batas", "bad_date": "tanggal salah",
                "unknown_codebook": "buku kode tak dikenal", "unknown_region": "wilayah tak dikenal",
                "ambiguous_code": "kode bermakna ganda", "inconsistent": "isian bertentangan"}


def thousands(number):
    return f"{int(number):,}".replace(",", ".")


def _words(rows, words, indent=13, width=100):
    """Words and their counts, in lines of at most `width`."""
    whole = [f"{words.get(name, name)} {thousands(count)}".replace(" ", "\xa0") for name, count in rows]  # not broken
    text = textwrap.fill(", ".join(whole) or "-", width, initial_indent=" " * indent, subsequent_indent=" " * indent)
    return text.lstrip().replace("\xa0", " ")


def period_lines(pipeline, period):
    place = f"WHERE period = '{period}'"
    yield f"Periode {period}"
    for decile, households, served, delivered in pipeline.sql(
            f"SELECT decile, sum(households), sum(served), sum(delivered) FROM served_by_decile {place} "
            "GROUP BY decile ORDER BY decile"):
        share = 100 * int(served) / max(1, int(households))
        yield (f"  Desil {decile:<3} {thousands(served):>7} dari {thousands(households):>7} keluarga terlayani "
               f"({share:5.1f} %), {thousands(delivered)} sudah diantar")
    asn, partner, surplus, stranded = pipeline.sql(
        "SELECT sum(asn_packages), sum(partner_packages), sum(surplus_asn + surplus_partner), sum(surplus_stranded) "
        f"FROM packages {place}")[0]
    yield (f"  Paket      {thousands(asn)} dari ASN, {thousands(partner)} dari mitra; sisa {thousands(surplus)}, "
           f"tertahan syarat mitra {thousands(stranded)}")
    kept, keepable = pipeline.sql(f"SELECT sum(kept), sum(keepable) FROM foster_pairs {place}")[0]
    p50, p95 = pipeline.sql("SELECT max(distance_p50_m), max(distance_p95_m) FROM plan_figures "
                            f"{place} AND regency = 3510")[0]
    near = f"paling jauh {thousands(p50)} m" if int(p50) else "di desa sendiri"
    yield f"  Jarak      di Banyuwangi separuh pasangan {near}, 95 % paling jauh {thousands(p95)} m"
    yield (f"  Asuh       {thousands(kept)} dari {thousands(keepable)} pasangan asuh bertahan" if int(keepable) else
           "  Asuh       bulan pertama: pasangan asuh baru dibentuk")
    yield "  Kunjungan  " + _words(pipeline.sql(
        f"SELECT outcome, sum(visits) FROM visits {place} GROUP BY outcome ORDER BY 2 DESC"), OUTCOME_WORDS)
    yield "  Pesan      " + _words(pipeline.sql(
        f"SELECT state, sum(messages) FROM messages {place} GROUP BY state ORDER BY 2 DESC"), MESSAGE_WORDS)


def lines(pipeline, periods, proofs):
    yield "=" * 100
    yield "ASN BERBAGI: DUA BULAN PERAGAAN (keluarga dan pegawai rekaan)"
    yield "=" * 100
    for period in periods:
        yield from period_lines(pipeline, period)
        yield ""
    yield "Rujukan terbuka  " + _words(pipeline.sql(
        "SELECT kind, sum(cases) FROM open_referrals GROUP BY kind ORDER BY 2 DESC"), REFERRAL_WORDS, 17)
    yield "Ditolak          " + _words(pipeline.sql(
        "SELECT code, sum(records) FROM intake_rejected GROUP BY code ORDER BY 2 DESC"), REJECT_WORDS, 17)
    yield "-" * 100
    for name, holds, text in proofs:
        yield f"{'[COCOK]' if holds else '[TIDAK COCOK]':<14} {name}: {text}"
