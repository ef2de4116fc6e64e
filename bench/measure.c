/* Runs a command and writes its wall time and the peak memory of it and its children to file descriptor
 * 3: measure COMMAND [ARG...] 3>FIGURES. The exit code is the command's. */
#include "bench.h"

#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    if (argc < 2) {
        (void)fprintf(stderr, "measure COMMAND [ARG...] 3>figures\n");
        return 2;
    }
    double from = bench_now();
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
    dprintf(3, "seconds %.4f\npeak_mb %.1f\n", bench_now() - from,
            (double)r.ru_maxrss / 1024.0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
