#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/io/http_client.h"

/* What a small server does with each request in turn, over all its connections. */
enum act {
    ACT_END,
    ACT_ANSWER,    /* 200, keep-alive */
    ACT_CLOSE,     /* reads it all, then closes without a byte */
    ACT_RESET,     /* the same with a RST */
    ACT_HALF,      /* half an answer, then closes */
    ACT_LONG,      /* an answer longer than the client takes */
    ACT_LATER,     /* 429 with Retry-After: 7 */
    ACT_SILENT,    /* reads it all, never answers */
};

struct server {
    int socket;
    uint16_t port;
    const enum act *acts;
    int requests; /* whole requests read */
    pthread_t thread;
};

static bool read_request(int connection)
{
    char bytes[4096];
    size_t n = 0;
    for (;;) {
        ssize_t got = read(connection, bytes + n, sizeof(bytes) - 1 - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
        bytes[n] = '\0';
        const char *end = strstr(bytes, "\r\n\r\n");
        if (end != NULL && strstr(end, "done") != NULL) /* every body of the tests ends so */
            return true;
    }
}

static void write_all(int connection, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t put = send(connection, text, n, MSG_NOSIGNAL);
        if (put <= 0)
            return;
        text += put;
        n -= (size_t)put;
    }
}

static void write_long(int connection)
{
    static char filler[2 * HTTP_ANSWER_MAX];
    char head[96];
    memset(filler, 'x', sizeof(filler));
    int n = snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", sizeof(filler));
    write_all(connection, head, (size_t)n);
    write_all(connection, filler, sizeof(filler));
}

/* True if the connection stays open. */
static bool act(int connection, enum act what)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    static const char later[] = "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
    struct linger reset = { 1, 0 };
    switch (what) {
    case ACT_ANSWER:
        write_all(connection, ok, sizeof(ok) - 1);
        return true;
    case ACT_LATER:
        write_all(connection, later, sizeof(later) - 1);
        return true;
    case ACT_HALF:
        write_all(connection, ok, sizeof(ok) - 3);
        return false;
    case ACT_LONG:
        write_long(connection);
        return false;
    case ACT_RESET:
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        return false;
    case ACT_SILENT:
        usleep(700 * 1000);
        return false;
    case ACT_CLOSE:
    case ACT_END:
        break;
    }
    return false;
}

static void *serve(void *arg)
{
    struct server *s = arg;
    for (int connection; (connection = accept(s->socket, NULL, NULL)) >= 0;) {
        while (read_request(connection)) {
            enum act what = s->acts[s->requests++];
            if (what == ACT_END || !act(connection, what))
                break;
        }
        close(connection);
    }
    return NULL;
}

static void server_start(struct server *s, const enum act *acts)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);
    *s = (struct server){ .acts = acts, .socket = socket(AF_INET, SOCK_STREAM, 0) };
    assert_int_equal(bind(s->socket, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(s->socket, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(listen(s->socket, 8), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void server_stop(struct server *s)
{
    shutdown(s->socket, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->socket);
}

struct seen {
    int calls;
    enum http_end end;
    int status;
    int64_t body_sent, retry_after_s;
    bool cut;
};

static void note(void *arg, const struct http_outcome *outcome)
{
    struct seen *seen = arg;
    *seen = (struct seen){ seen->calls + 1, outcome->end, outcome->status, outcome->body_sent, outcome->retry_after_s,
                           outcome->body_cut };
}

static struct seen post(struct http_client *client, uint16_t port)
{
    struct seen seen = { 0 };
    char url[64];
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", port);
    struct http_call call = { .url = url, .body = STR_LIT("{\"x\":\"done\"}"), .done = note, .arg = &seen };
    assert_int_equal(http_client_submit(client, &call), 0);
    for (int turn = 0; seen.calls == 0 && turn < 400; turn++)
        assert_int_equal(http_client_poll(client, 20), 0);
    assert_int_equal(seen.calls, 1);
    return seen;
}

static struct http_client *new_client(void)
{
    struct http_client_options options = {
        .connections = 1, .timeout_ms = 400, .connect_timeout_ms = 300, .allow_http = true
    };
    struct http_client *client = NULL;
    assert_int_equal(http_client_open(&options, &client), 0);
    return client;
}

struct row {
    const char *title;
    enum act second;
    enum http_end end;
    int status;
};

static const struct row rows[] = {
    { "answered on a reused connection", ACT_ANSWER, HTTP_ANSWERED, 200 },
    { "a reused connection closed after the request", ACT_CLOSE, HTTP_UNKNOWN, 0 },
    { "a reused connection reset after the request", ACT_RESET, HTTP_UNKNOWN, 0 },
    { "half an answer", ACT_HALF, HTTP_UNKNOWN, 200 },
    { "silence", ACT_SILENT, HTTP_UNKNOWN, 0 },
    { "told to wait", ACT_LATER, HTTP_ANSWERED, 429 },
};

/* The first request warms the connection, the second meets the fault: it must arrive exactly once. */
static void test_sent_once(void **state)
{
    const struct row *row = *state;
    const enum act acts[] = { ACT_ANSWER, row->second, ACT_ANSWER, ACT_END };
    struct server server;
    server_start(&server, acts);
    struct http_client *client = new_client();
    struct seen first = post(client, server.port), second = post(client, server.port);
    http_client_close(&client);
    server_stop(&server);
    assert_int_equal(first.end, HTTP_ANSWERED);
    assert_int_equal(server.requests, 2);
    assert_int_equal(second.end, row->end);
    assert_int_equal(second.status, row->status);
    assert_true(second.body_sent > 0);
    assert_int_equal(second.retry_after_s, row->second == ACT_LATER ? 7 : -1);
}

static void test_a_long_answer_is_cut(void **state)
{
    (void)state;
    const enum act acts[] = { ACT_LONG, ACT_END };
    struct server server;
    server_start(&server, acts);
    struct http_client *client = new_client();
    struct seen seen = post(client, server.port);
    http_client_close(&client);
    server_stop(&server);
    assert_int_equal(seen.end, HTTP_ANSWERED);
    assert_true(seen.cut);
}

static void test_nothing_sent_without_a_server(void **state)
{
    (void)state;
    const enum act acts[] = { ACT_END };
    struct server server;
    server_start(&server, acts);
    server_stop(&server); /* its port is closed now */
    struct http_client *client = new_client();
    struct seen seen = post(client, server.port);
    http_client_close(&client);
    assert_int_equal(seen.end, HTTP_NOT_SENT);
    assert_int_equal(seen.body_sent, 0);
}

static void test_what_may_be_called(void **state)
{
    (void)state;
    struct http_client_options strict = { .connections = 1 };
    struct http_client *client = NULL;
    struct seen seen = { 0 };
    assert_int_equal(http_client_open(&strict, &client), 0);
    struct http_call call = { .url = "http://127.0.0.1:9/", .body = STR_LIT("x"), .done = note, .arg = &seen };
    assert_true(http_client_submit(client, &call) < 0);
    call.url = "file:///etc/hostname";
    assert_true(http_client_submit(client, &call) < 0);
    call.url = "https://127.0.0.1:9/";
    call.body = (struct str){ "", 0 };
    assert_true(http_client_submit(client, &call) < 0);
    assert_int_equal(seen.calls, 0);
    http_client_close(&client);
}

/* Every accepted call is told its end, even when the client goes. */
static void test_closing_tells(void **state)
{
    (void)state;
    const enum act acts[] = { ACT_SILENT, ACT_END };
    struct server server;
    struct seen seen = { 0 };
    char url[64];
    server_start(&server, acts);
    struct http_client *client = new_client();
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", server.port);
    struct http_call call = { .url = url, .body = STR_LIT("done"), .done = note, .arg = &seen };
    assert_int_equal(http_client_submit(client, &call), 0);
    assert_true(http_client_submit(client, &call) < 0); /* one slot */
    assert_int_equal(http_client_free_slots(client), 0);
    assert_int_equal(http_client_poll(client, 50), 0);
    http_client_close(&client);
    server_stop(&server);
    assert_int_equal(seen.calls, 1);
}

int main(void)
{
    enum { FIXED = 4 };
    struct CMUnitTest tests[sizeof(rows) / sizeof(rows[0]) + FIXED] = {
        cmocka_unit_test(test_a_long_answer_is_cut),
        cmocka_unit_test(test_nothing_sent_without_a_server),
        cmocka_unit_test(test_what_may_be_called),
        cmocka_unit_test(test_closing_tells),
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        tests[FIXED + i] =
            (struct CMUnitTest){ rows[i].title, test_sent_once, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
