/* The clock, and what this program and the servers it loads have used. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { LIST = 16 };
static int pids[LIST], n_pids; /* of the servers */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double own_cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* Read the one line of /proc/PID/NAME; empty when the process is gone. */
static const char *proc(int pid, const char *name) {
  static char line[2048];
  snprintf(line, sizeof line, "/proc/%d/%s", pid, name);
  FILE *file = fopen(line, "r");
  *line = 0;
  if (file && !fgets(line, sizeof line, file)) *line = 0;
  if (file) fclose(file);
  return line;
}

/* User and system time of the servers, in seconds. */
static double server_cpu(void) {
  unsigned long total = 0, user, system;
  for (int i = 0; i < n_pids; i++) {
    const char *rest = strrchr(proc(pids[i], "stat"), ')');
    if (rest && sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2)
      total += user + system;
  }
  return (double)total / sysconf(_SC_CLK_TCK);
}

static double server_kib(void) {
  long pages = 0, resident;
  for (int i = 0; i < n_pids; i++)
    if (sscanf(proc(pids[i], "statm"), "%*d %ld", &resident) == 1) pages += resident;
  return pages * (sysconf(_SC_PAGESIZE) / 1024.0);
}
