#include "common/io/kafka_conf.h"

static const struct conf_key keys[] = {
    { "KAFKA_BOOTSTRAP", CONF_STRING, .required = true, .doc = "Kafka's first addresses: host:port,…" },
    { "TOPIC_PREFIX", CONF_STRING, .fallback = "berbagi.", .doc = "what every topic's name begins with" },
    { "KAFKA_SECURITY_PROTOCOL", CONF_CHOICE, .fallback = "plaintext",
      .choices = "plaintext ssl sasl_plaintext sasl_ssl", .doc = "how the brokers are spoken to" },
    { "KAFKA_CA_FILE", CONF_FILE, .doc = "certificates of the authority that signed the brokers' (PEM)" },
    { "KAFKA_CERTIFICATE_FILE", CONF_FILE, .doc = "our own certificate (PEM), for ssl with client authentication" },
    { "KAFKA_KEY_FILE", CONF_FILE, .doc = "its private key (PEM)" },
    { "KAFKA_SASL_MECHANISM", CONF_CHOICE, .fallback = "SCRAM-SHA-512", .choices = "PLAIN SCRAM-SHA-256 SCRAM-SHA-512",
      .doc = "for sasl_plaintext and sasl_ssl" },
    { "KAFKA_USERNAME", CONF_STRING, .doc = "for sasl_plaintext and sasl_ssl" },
    { "KAFKA_PASSWORD", CONF_STRING, .secret = true, .doc = "for sasl_plaintext and sasl_ssl" },
};

const struct conf_table kafka_conf_keys = { keys, ARRAY_LEN(keys) };

void kafka_conf_read(const struct conf *c, const char *client_id, struct kafka_settings *out)
{
    const char *protocol = conf_str(c, "KAFKA_SECURITY_PROTOCOL");
    bool sasl = strncmp(protocol, "sasl", 4) == 0;
    *out = (struct kafka_settings){
        .bootstrap = conf_str(c, "KAFKA_BOOTSTRAP"),
        .prefix = conf_str(c, "TOPIC_PREFIX"),
        .client_id = client_id,
        .security_protocol = protocol,
        .ca_file = conf_str(c, "KAFKA_CA_FILE"),
        .certificate_file = conf_str(c, "KAFKA_CERTIFICATE_FILE"),
        .key_file = conf_str(c, "KAFKA_KEY_FILE"),
        .sasl_mechanism = sasl ? conf_str(c, "KAFKA_SASL_MECHANISM") : NULL,
        .username = sasl ? conf_str(c, "KAFKA_USERNAME") : NULL,
        .password = sasl ? conf_str(c, "KAFKA_PASSWORD") : NULL,
    };
}
