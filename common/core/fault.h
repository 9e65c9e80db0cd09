/*
 * Fault points: places where a test can kill the process, so that what follows a crash there is proved.
 *
 *     FAULT_POINT("after-produce");
 *
 * Only in a build with BERBAGI_FAULT_POINTS (flavour test); elsewhere the macro is nothing. There
 * BERBAGI_TEST_DIE_AT=<name>[:<nth>] (nth from 1) sends SIGKILL to the own process at the nth passage of that point,
 * after the file named by BERBAGI_TEST_DIE_MARK was written with the name and fsynced: proof that the point was
 * reached. BERBAGI_TEST_STOP_AT likewise sends SIGSTOP: after a SIGCONT it goes on there.
 */
#ifndef BERBAGI_CORE_FAULT_H
#define BERBAGI_CORE_FAULT_H

#ifdef BERBAGI_FAULT_POINTS
#define FAULT_POINT(name) fault_point(name)
void fault_point(const char *name);
#else
#define FAULT_POINT(name) ((void)0)
#endif

#endif
