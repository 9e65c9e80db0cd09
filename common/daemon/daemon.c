#include "common/daemon/daemon.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "common/core/file.h"
#include "common/core/log.h"
#include "common/daemon/daemon_internal.h"

enum { TEXT_MAX = 256 * 1024 };

static const struct conf_key keys[] = {
    { "INSTANCE", CONF_STRING, .fallback = "0",
      .doc = "tells the processes of one service apart (a StatefulSet's ordinal); two with the same fence each "
             "other" },
    { "PARTITIONS", CONF_INT, .fallback = "16", .min = 1, .max = 10000,
      .doc = "partitions of every canonical topic; the start is refused if a topic has another count" },
    { "HTTP_LISTEN", CONF_STRING, .fallback = "0.0.0.0:8080", .doc = "where /livez, /readyz and /metrics are served" },
    { "LOG_LEVEL", CONF_CHOICE, .fallback = "info", .choices = "debug info warn error",
      .doc = "what is logged, as JSON on standard error" },
    { "DRAIN_TIMEOUT", CONF_DURATION, .fallback = "25s", .min = 1000, .max = 600000,
      .doc = "after TERM, or before another process takes over: how long to finish what is under way; keep it below "
             "the pod's grace period" },
    { "LIVENESS_TIMEOUT", CONF_DURATION, .fallback = "2m", .min = 1000, .max = 3600000,
      .doc = "/livez fails after so long a standstill of the loop; longer than a commit may take (four "
             "times TXN_TIMEOUT)" },
    { "TXN_MAX_RECORDS", CONF_INT, .fallback = "10000", .min = 1, .max = 100000,
      .doc = "records in one Kafka transaction; reporting, which makes none, has BATCH_RECORDS" },
    { "TXN_MAX_MS", CONF_INT, .fallback = "50", .min = 1, .max = 5000,
      .doc = "age at which a Kafka transaction is committed, ms" },
    { "TXN_TIMEOUT", CONF_DURATION, .fallback = "15s", .min = 10000, .max = 15000,
      .doc = "after it the broker aborts an open transaction" },
    { "SESSION_TIMEOUT", CONF_DURATION, .fallback = "30s", .min = 6000, .max = 300000,
      .doc = "after it the group gives a silent process' partitions away; longer than a restart takes" },
};

static volatile sig_atomic_t stop_signals;
static volatile int64_t stop_since;

// Only what is safe in a signal handler; clock_gettime is.
static void on_signal(int number)
{
    (void)number;
    if (stop_signals++ > 0)
        _exit(EXIT_FAILURE);
    stop_since = clock_mono_ms();
}

bool daemon_stopping(void)
{
    return stop_signals > 0;
}

int64_t daemon_stop_since(void)
{
    return stop_signals > 0 ? stop_since : 0;
}

static void install_signals(void)
{
    struct sigaction stop = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigemptyset(&stop.sa_mask);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

// A core holds keys and personal data.
static void forbid_core_dumps(void)
{
    const struct rlimit none = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
}

const struct conf *daemon_conf(const struct daemon *d)
{
    return d->conf;
}

const char *daemon_name(const struct daemon *d)
{
    return d->service->name;
}

const struct kafka_settings *daemon_kafka(const struct daemon *d)
{
    return &d->kafka;
}

const char *daemon_client_id(const struct daemon *d)
{
    return d->client_id;
}

void daemon_serve(struct daemon *d, const struct http_route *route)
{
    if (d->route_count == DAEMON_ROUTES_MAX)
        abort(); // a slip in the code
    d->routes[d->route_count++] = *route;
}

void daemon_metrics(struct daemon *d, const struct metrics *m)
{
    health_add_metrics(&d->health, m);
}

void daemon_own_metrics(struct daemon *d, struct metrics *m)
{
    d->own_metrics = m;
    daemon_metrics(d, m);
}

struct dependency *daemon_dependency(struct daemon *d, const char *name)
{
    return dependencies_get(&d->health.dependencies, name);
}

void daemon_assigned(struct daemon *d, bool assigned)
{
    atomic_store(&d->health.assigned, assigned);
}

void daemon_standby(struct daemon *d, bool standby)
{
    atomic_store(&d->health.standby, standby);
}

void daemon_beat(struct daemon *d)
{
    health_beat(&d->health);
}

// librdkafka tells every failed attempt to connect; what matters of it is a dependency that is away.
static void on_kafka_log(int level, const char *facility, const char *text)
{
    if (level <= 2)
        log_error("kafka_client", LOG_STR("facility", facility), LOG_STR("text", text));
    else
        log_debug("kafka_client", LOG_STR("facility", facility), LOG_STR("text", text));
}

static void say(FILE *to, struct buf *b)
{
    if (b->error == 0 && b->len > 0)
        fwrite(b->data, 1, b->len, to);
    fflush(to);
}

static void print_help(const struct service *s, const struct conf_table *tables, size_t n)
{
    printf("berbagi-%s: %s\n\n"
           "usage: berbagi-%s [--help | --version | --check-config | --print-config | --settings-markdown]\n\n"
           "Without an argument it runs until TERM or INT. It is told what to do by environment variables:\n\n",
           s->name, s->summary, s->name);
    struct buf b;
    buf_init(&b, TEXT_MAX);
    conf_write_help(tables, n, &b);
    say(stdout, &b);
    buf_done(&b);
    printf("\nExit status: 0 asked to stop, 1 failed, 64 wrong usage, 78 wrong settings.\n");
}

static void print_markdown(const struct conf_table *tables, size_t n)
{
    struct buf b;
    buf_init(&b, TEXT_MAX);
    conf_write_markdown(tables, n, &b);
    say(stdout, &b);
    buf_done(&b);
}

static void print_conf(const struct conf *c)
{
    struct buf b;
    buf_init(&b, TEXT_MAX);
    conf_write(c, &b);
    say(stdout, &b);
    buf_done(&b);
}

static int load_conf(const struct conf_table *tables, size_t n, struct conf **out)
{
    struct buf faults;
    buf_init(&faults, TEXT_MAX);
    int error = conf_load(tables, n, environ, file_read_all, NULL, out, &faults);
    say(stderr, &faults);
    buf_done(&faults);
    if (error == -ENOMEM)
        fprintf(stderr, "no memory\n");
    return error;
}

static void log_start(const struct daemon *d)
{
    struct buf settings;
    buf_init(&settings, LOG_LINE_MAX / 2);
    conf_write_json(d->conf, &settings);
    log_info("start", LOG_STR("version", BERBAGI_VERSION), LOG_STR("librdkafka", kafka_version()),
             LOG_INT("pid", getpid()), LOG_INT("port", http_server_port(d->server)),
             LOG_JSON("settings", settings.error == 0 ? buf_str(&settings) : STR_LIT("null")));
    buf_done(&settings);
}

static int start_server(struct daemon *d)
{
    daemon_serve(d, &(struct http_route){ "GET", "/livez", 0, health_livez, &d->health });
    daemon_serve(d, &(struct http_route){ "GET", "/readyz", 0, health_readyz, &d->health });
    daemon_serve(d, &(struct http_route){ "GET", "/metrics", 0, health_metrics, &d->health });
    const struct http_server_options options = {
        .listen = conf_str(d->conf, "HTTP_LISTEN"), .routes = d->routes, .route_count = d->route_count,
    };
    int error = http_server_start(&options, &d->server);
    if (error != 0)
        log_error("http_server", LOG_STR("listen", options.listen), LOG_ERRNO("error", error));
    return error;
}

// From here on failures are told by the log.
static int serve(struct daemon *d)
{
    const struct service *s = d->service;
    void *self = NULL;
    int status = EX_CONFIG;
    int error = s->start(d, &self);
    if (error == 0) {
        status = EXIT_FAILURE;
        error = start_server(d);
    }
    if (error == 0) {
        log_start(d);
        error = s->run(d, self);
        status = error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    http_server_stop(&d->server);
    s->stop(self);
    metrics_free(d->own_metrics);
    log_info("stop", LOG_INT("status", status));
    return status;
}

static int run(const struct service *service, struct conf *conf)
{
    struct daemon d = { .service = service, .conf = conf };
    enum log_level level = LOG_INFO;
    (void)log_level_parse(str_from(conf_str(conf, "LOG_LEVEL")), &level);
    log_init(service->name, level);
    snprintf(d.client_id, sizeof(d.client_id), "%s-%s", service->name, conf_str(conf, "INSTANCE"));
    kafka_conf_read(conf, d.client_id, &d.kafka);
    d.kafka.log = on_kafka_log;
    if (kafka_check_version() != 0) {
        log_error("librdkafka_too_old", LOG_STR("version", kafka_version()), LOG_STR("least", "2.13.2"));
        return EXIT_FAILURE;
    }
    forbid_core_dumps();
    install_signals();
    health_init(&d.health, conf_int(conf, "LIVENESS_TIMEOUT"));
    int status = serve(&d);
    health_done(&d.health);
    return status;
}

int daemon_main(const struct service *service, int argc, char **argv)
{
    const struct conf_table tables[] = {
        kafka_conf_keys, { keys, ARRAY_LEN(keys) }, { service->settings, service->setting_count },
    };
    const char *argument = argc > 1 ? argv[1] : "";
    if (argc > 2) {
        fprintf(stderr, "berbagi-%s: at most one argument; --help tells which\n", service->name);
        return EX_USAGE;
    }
    if (strcmp(argument, "--help") == 0) {
        print_help(service, tables, ARRAY_LEN(tables));
        return EXIT_SUCCESS;
    }
    if (strcmp(argument, "--version") == 0) {
        printf("berbagi-%s %s (librdkafka %s)\n", service->name, BERBAGI_VERSION, kafka_version());
        return EXIT_SUCCESS;
    }
    if (strcmp(argument, "--settings-markdown") == 0) {
        print_markdown(tables, ARRAY_LEN(tables));
        return EXIT_SUCCESS;
    }
    bool check = strcmp(argument, "--check-config") == 0, print = strcmp(argument, "--print-config") == 0;
    if (argc > 1 && !check && !print) {
        fprintf(stderr, "berbagi-%s: unknown argument %s; --help tells which there are\n", service->name, argument);
        return EX_USAGE;
    }
    cleanup(conf_done) struct conf *conf = NULL;
    if (load_conf(tables, ARRAY_LEN(tables), &conf) != 0)
        return EX_CONFIG;
    if (print)
        print_conf(conf);
    return check || print ? EXIT_SUCCESS : run(service, conf);
}
