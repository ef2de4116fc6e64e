/* Private to test/fault: the recording, shared by the disk, the VFS and the rebuild. */
#ifndef POND_TEST_FAULT_SIM_INTERNAL_H
#define POND_TEST_FAULT_SIM_INTERNAL_H

#include <pthread.h>
#include "base/vec.h"
#include "fault/sim.h"

enum call {
    CALL_CREATE, /* a new empty file under a name                    */
    CALL_WRITE,
    CALL_TRUNCATE,
    CALL_SYNC,
    CALL_RENAME,
    CALL_LINK,
    CALL_UNLINK,
    CALL_MKDIR,
    CALL_SYNC_DIR,
    CALL_MARK,
};

struct record {
    enum call call;
    uint32_t file;   /* number of the file, 1.. */
    uint64_t offset; /* of a write; new size of a truncate; value of a mark */
    char *bytes;
    size_t len;
    char *name, *to; /* relative to the root */
};

struct name {
    char *path;
    uint32_t file; /* 0: a directory */
};

struct open_file {
    int fd;
    uint32_t file;
    uint64_t at;
};

struct replay;

struct sim {
    struct disk disk; /* first: the ops get this pointer */
    char *root;
    size_t root_len;
    char vfs_name[32];
    void *vfs; /* sim_vfs.c's */
    pthread_mutex_t lock;
    bool recording;
    VEC(struct record) records;
    uint32_t files;
    VEC(struct name) names;     /* as the program sees them now */
    VEC(struct open_file) open; /* of the disk's descriptors */
    uint64_t calls, fail_at;
    enum sim_fault kind;
    bool stuck, failed;
    struct replay *replay;
};

/* Counts a call; true when it is to fail. */
bool sim_trips(struct sim *s);
/* The recorder; every path is absolute. Nothing happens outside the root or when off. */
uint32_t sim_note_create(struct sim *s, const char *path); /* an existing file is truncated */
uint32_t sim_note_open(struct sim *s, const char *path); /* its number, created when unknown */
void sim_note_write(struct sim *s, uint32_t file, uint64_t offset, const void *bytes,
                    size_t len);
void sim_note_truncate(struct sim *s, uint32_t file, uint64_t size);
void sim_note_sync(struct sim *s, uint32_t file);
void sim_note_sync_parent(struct sim *s, const char *path);
void sim_note_path(struct sim *s, enum call call, const char *path, const char *to);

void sim_vfs_register(struct sim *s);
void sim_vfs_drop(struct sim *s);
void sim_replay_free(struct replay *r);

#endif
