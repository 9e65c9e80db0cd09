#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include "common/core/file.h"

static void whole_files(void **state)
{
    (void)state;
    char path[] = "/tmp/berbagi-file-XXXXXX", block[4096];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    memset(block, 'q', sizeof(block));
    for (int i = 0; i < 10; i++)
        assert_int_equal(write(fd, block, sizeof(block)), sizeof(block));
    close(fd);
    cleanup(buf_done) struct buf b;
    buf_init(&b, 10 * sizeof(block));
    assert_int_equal(file_read(path, &b), 0);
    assert_int_equal(b.len, 10 * sizeof(block));
    buf_reset(&b);
    b.max--;
    assert_int_equal(file_read_all(NULL, path, &b), -E2BIG);
    unlink(path);
    buf_reset(&b);
    assert_int_equal(file_read(path, &b), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(whole_files) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
