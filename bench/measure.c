/* Runs a command and writes its time and the peak memory of it and its children to file descriptor
 * 3: measure COMMAND [ARG...] 3>FIGURES. The exit code is the command's. */
#include "bench.h"

#include <sys/wait.h>
#include <unistd.h>

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

int main(int argc, char *argv[])
{
    if (argc < 2) {
        (void)fprintf(stderr, "measure COMMAND [ARG...] 3>figures\n");
        return 2;
    }
    double from = bench_now(), took = 0;
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(3);
        (void)execvp(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    int status = 0;
    struct rusage r = {0};
    if (pid < 0 || wait4(pid, &status, 0, &r) < 0) {
        perror("measure");
        return 1;
    }
    took = bench_cpu() ? seconds_of(r.ru_utime) + seconds_of(r.ru_stime) : bench_now() - from;
    dprintf(3, "seconds %.4f\npeak_mb %.1f\n", took, (double)r.ru_maxrss / 1024.0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
