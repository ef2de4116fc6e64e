/* A temporary directory for a test, and small doings on files. */
#ifndef POND_TEST_UNIT_STORE_TEMP_H
#define POND_TEST_UNIT_STORE_TEMP_H

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void temp_make(char out[64])
{
    (void)snprintf(out, 64, "/tmp/pond-test-XXXXXX");
    if (!mkdtemp(out)) {
        perror("mkdtemp");
        exit(2);
    }
}

static inline int temp_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void temp_drop(const char *dir)
{
    (void)nftw(dir, temp_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* Flips one bit of a file's byte at `offset` (from the end when negative). */
static inline int temp_flip(const char *path, long offset)
{
    unsigned char byte = 0;
    int fd = open(path, O_RDWR);
    off_t at = offset < 0 ? lseek(fd, 0, SEEK_END) + offset : offset;
    int fine = fd >= 0 && pread(fd, &byte, 1, at) == 1;
    byte ^= 0x10;
    fine = fine && pwrite(fd, &byte, 1, at) == 1;
    (void)close(fd);
    return fine;
}

#endif
