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

#include "common/io/http_server.h"

static void echo(void *arg, struct http_request *request)
{
    const char *header = http_request_header(request, "x-word"), *query = http_request_query(request, "q");
    char text[256];
    (void)arg;
    int n = snprintf(text, sizeof(text), "%s|%.*s|%s|%s", request->method, (int)request->body.n,
                     request->body.n == 0 ? "" : request->body.p, header == NULL ? "-" : header,
                     query == NULL ? "-" : query);
    http_answer(request, 200, "text/plain", (struct str){ text, (size_t)n });
}

static void *answer_later(void *request)
{
    usleep(50 * 1000);
    http_answer(request, 503, "text/plain", STR_LIT("later"));
    return NULL;
}

static pthread_t later_thread;

static void later(void *arg, struct http_request *request)
{
    (void)arg;
    pthread_create(&later_thread, NULL, answer_later, request);
}

static const struct http_route routes[] = {
    { "GET", "/echo", 0, echo, NULL },
    { "POST", "/echo", 16, echo, NULL },
    { "POST", "/later", 16, later, NULL },
};

/* Sends the bytes, returns what came back until the server closed or 300 ms of silence. */
static void talk(uint16_t port, const char *bytes, char *answer, size_t size)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval wait = { 0, 300 * 1000 };
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    size_t n = 0;
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_true(send(connection, bytes, strlen(bytes), MSG_NOSIGNAL) > 0);
    for (ssize_t got; n < size - 1 && (got = read(connection, answer + n, size - 1 - n)) > 0;)
        n += (size_t)got;
    answer[n] = '\0';
    close(connection);
}

struct row {
    const char *title, *request, *status, *inside;
};

static const struct row rows[] = {
    { "GET", "GET /echo?q=a%20b HTTP/1.1\r\nHost: x\r\nX-Word: kata\r\n\r\n", "HTTP/1.1 200", "GET||kata|a b" },
    { "POST", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200", "POST|abc|-|-" },
    { "HEAD", "HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200", "" },
    { "another path", "GET /other HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404", "" },
    { "another method", "DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405", "" },
    { "announced too long", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\naaaaaaaaaaaaaaaaa",
      "HTTP/1.1 413", "" },
    { "chunks too long",
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n14\r\naaaaaaaaaaaaaaaaaaaa\r\n0\r\n\r\n",
      "HTTP/1.1 413", "" },
    { "length and chunks",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      "HTTP/1.1 400", "" },
    { "two lengths", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
      "HTTP/1.1 400", "" },
    { "answered later", "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", "HTTP/1.1 503",
      "Retry-After: 5" },
};

static void test_request(void **state)
{
    const struct row *row = *state;
    struct http_server_options options = { .listen = "127.0.0.1:0", .routes = routes, .route_count = 3 };
    struct http_server *server = NULL;
    char answer[4096];
    later_thread = 0;
    assert_int_equal(http_server_start(&options, &server), 0);
    talk(http_server_port(server), row->request, answer, sizeof(answer));
    if (later_thread != 0)
        pthread_join(later_thread, NULL);
    http_server_stop(&server);
    assert_null(server);
    assert_int_equal(strncmp(answer, row->status, strlen(row->status)), 0);
    assert_non_null(strstr(answer, row->inside));
}

static void test_listen(void **state)
{
    (void)state;
    struct http_server_options options = { .routes = routes, .route_count = 3 };
    struct http_server *first = NULL, *second = NULL;
    static const char *const wrong[] = { "", "127.0.0.1", "127.0.0.1:x", "localhost:1", "127.0.0.1:65536", "[::1:80" };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        options.listen = wrong[i];
        assert_int_equal(http_server_start(&options, &first), -22);
    }
    char taken[32];
    options.listen = "127.0.0.1:0";
    assert_int_equal(http_server_start(&options, &first), 0);
    snprintf(taken, sizeof(taken), "127.0.0.1:%d", http_server_port(first));
    options.listen = taken;
    assert_int_equal(http_server_start(&options, &second), -98);
    http_server_stop(&first);
}

int main(void)
{
    struct CMUnitTest tests[sizeof(rows) / sizeof(rows[0]) + 1] = { cmocka_unit_test(test_listen) };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        tests[i + 1] = (struct CMUnitTest){ rows[i].title, test_request, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
