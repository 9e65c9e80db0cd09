#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/io/http_server.h"

/* Beside test_http_server.c: requests on one connection, answers that race, requests with two readings. */
static void echo(void *arg, struct http_request *request)
{
    (void)arg;
    char text[512];
    const char *header = http_request_header(request, "x-word"), *query = http_request_query(request, "q");
    snprintf(text, sizeof(text), "%s %s [%.*s] %s %s", request->method, request->path, (int)request->body.n,
             request->body.p, header == NULL ? "-" : header, query == NULL ? "-" : query);
    http_answer(request, 200, "text/plain", str_from(text));
}

/* Answers from another thread, later. */
static void *answer_later(void *arg)
{
    usleep(50000);
    http_answer(arg, 503, "text/plain", STR_LIT("later"));
    return NULL;
}

static void later(void *arg, struct http_request *request)
{
    (void)arg;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, answer_later, request), 0);
    pthread_detach(thread);
}

/* Answers from another thread, perhaps before this call returns. */
static void *answer_now(void *arg)
{
    http_answer(arg, 200, "text/plain", STR_LIT("now"));
    return NULL;
}

static void race(void *arg, struct http_request *request)
{
    (void)arg;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, answer_now, request), 0);
    pthread_detach(thread);
}

static const struct http_route routes[] = {
    { "POST", "/echo", 16, echo, NULL },
    { "GET", "/echo", 0, echo, NULL },
    { "POST", "/later", 16, later, NULL },
    { "GET", "/race", 0, race, NULL },
};

static int connect_to(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 3, 0 }, sizeof(struct timeval));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* Sends bytes, reads until the server closes, or until the body that Content-Length announces is there. */
static void exchange(int fd, const char *request, char *answer, size_t size)
{
    size_t n = 0;
    answer[0] = '\0';
    assert_true(send(fd, request, strlen(request), MSG_NOSIGNAL) >= 0);
    for (;;) {
        ssize_t got = recv(fd, answer + n, size - 1 - n, 0);
        if (got <= 0)
            return;
        n += (size_t)got;
        answer[n] = '\0';
        const char *end = strstr(answer, "\r\n\r\n"), *length = strstr(answer, "Content-Length: ");
        if (end != NULL && length != NULL && n >= (size_t)(end + 4 - answer) + strtoul(length + 16, NULL, 10))
            return;
    }
}

static struct http_server *start(void)
{
    struct http_server *s = NULL;
    const struct http_server_options options = { .listen = "127.0.0.1:0", .routes = routes,
                                                 .route_count = ARRAY_LEN(routes), .timeout_s = 2 };
    assert_int_equal(http_server_start(&options, &s), 0);
    return s;
}

static int status_of(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

static void requests_are_served_on_one_connection(void **state)
{
    (void)state;
    struct http_server *s = start();
    int fd = connect_to(http_server_port(s));
    char answer[4096];
    exchange(fd, "POST /echo?q=a%20b HTTP/1.1\r\nHost: x\r\nX-Word: w\r\nContent-Length: 3\r\n\r\nabc", answer,
             sizeof(answer));
    assert_int_equal(status_of(answer), 200);
    assert_non_null(strstr(answer, "POST /echo [abc] w a b"));
    assert_null(strstr(answer, "Connection: close"));
    exchange(fd, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", answer, sizeof(answer));
    assert_non_null(strstr(answer, "GET /echo [] - -"));
    exchange(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", answer,
             sizeof(answer));
    assert_non_null(strstr(answer, "[hi]"));
    close(fd);
    http_server_stop(&s);
    assert_null(s);
}

static void an_answer_may_come_later(void **state)
{
    (void)state;
    struct http_server *s = start();
    char answer[4096];
    for (int i = 0; i < 50; i++) {
        int fd = connect_to(http_server_port(s));
        exchange(fd, "GET /race HTTP/1.1\r\nHost: x\r\n\r\n", answer, sizeof(answer));
        assert_non_null(strstr(answer, "now"));
        close(fd);
    }
    int fd = connect_to(http_server_port(s));
    exchange(fd, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", answer, sizeof(answer));
    assert_int_equal(status_of(answer), 503);
    assert_non_null(strstr(answer, "Retry-After: 5"));
    // One that is under way when the server stops, and whose client is gone.
    assert_true(send(fd, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", 54, MSG_NOSIGNAL) > 0);
    usleep(20000);
    close(fd);
    http_server_stop(&s);
}

static void strange_requests_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *request;
        int status; /* 0 = the connection just ends, or 400 */
    } cases[] = {
        { "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404 },
        { "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", 405 },
        { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n01234567890123456", 413 },
        { "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n01234567890123456\r\n0\r\n\r\n",
          413 },
        { "GET /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", 413 },
        { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400 },
        { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
        { "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400 },
        { "GET /echo HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400 },
        { "GET /echo HTTP/1.1\r\n\r\n", 400 },
        { "GET /echo HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n", 400 },
        { "GET /echo HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\na", 400 },
        { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", 400 },
    };
    struct http_server *s = start();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char answer[4096];
        int fd = connect_to(http_server_port(s));
        exchange(fd, cases[i].request, answer, sizeof(answer));
        if (status_of(answer) != cases[i].status)
            print_message("case %zu: %s -> %.40s\n", i, cases[i].request, answer);
        assert_int_equal(status_of(answer), cases[i].status);
        close(fd);
    }
    http_server_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_served_on_one_connection),
        cmocka_unit_test(an_answer_may_come_later),
        cmocka_unit_test(strange_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
