#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whatever the flavour, the code of the test flavour is what is tested here. */
#ifndef BERBAGI_FAULT_POINTS
#define BERBAGI_FAULT_POINTS 1
#endif
#include "common/core/fault.c"

/* What a child does that passes "here" five times, "there" once before: the signal that ended it, or 0; and its
 * mark. */
static int run_child(const char *die_at, char mark[64])
{
    char path[] = "/tmp/berbagi-fault-XXXXXX";
    int fd = mkstemp(path), status;
    assert_true(fd >= 0);
    pid_t child = fork();
    if (child == 0) {
        setenv("BERBAGI_TEST_DIE_AT", die_at, 1);
        setenv("BERBAGI_TEST_DIE_MARK", path, 1);
        FAULT_POINT("there");
        for (int i = 0; i < 5; i++)
            FAULT_POINT("here");
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    ssize_t n = read(fd, mark, 63);
    mark[n > 0 ? n : 0] = '\0';
    close(fd);
    unlink(path);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void dies_where_it_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *die_at;
        int signal;
        const char *mark;
    } cases[] = {
        { "here", SIGKILL, "here\n" }, { "here:5", SIGKILL, "here\n" },
        { "here:6", 0, "" },           { "there", SIGKILL, "there\n" },
        { "there:2", 0, "" },          { "he", 0, "" },
        { "here-not", 0, "" },         { "", 0, "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char mark[64];
        assert_int_equal(run_child(cases[i].die_at, mark), cases[i].signal);
        assert_string_equal(mark, cases[i].mark);
    }
}

static void stops_and_goes_on(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        setenv("BERBAGI_TEST_STOP_AT", "here:2", 1);
        setenv("BERBAGI_TEST_DIE_AT", "there", 1);
        for (int i = 0; i < 5; i++)
            FAULT_POINT("here");
        FAULT_POINT("there");
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(kill(child, SIGCONT), 0);
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(dies_where_it_is_told), cmocka_unit_test(stops_and_goes_on) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
