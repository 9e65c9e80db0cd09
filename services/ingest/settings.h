/* What ingest is told: its settings, and the keys that they name. */
#ifndef BERBAGI_INGEST_SETTINGS_H
#define BERBAGI_INGEST_SETTINGS_H

#include "common/core/conf.h"
#include "services/ingest/intake.h"

extern const struct conf_key ingest_settings[];
extern const size_t ingest_setting_count;

/* Logs what is wrong, without a key. 0 or a negative errno; *out is the caller's. */
must_check int settings_secrets(const struct conf *conf, struct secrets *out);
/* Overwrites the keys. */
void secrets_done(struct secrets *s);

#endif
