#include "app/import_child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/mem.h"
#include "store/lake.h"
#include "wire/csv.h"
#include "wire/xlsx.h"

#define CHILD_MEMORY (2ull << 30) /* for the Parquet engine */
#define CHILD_SPACE (16ull << 30) /* of addresses, whatever for */
#define CHILD_CPU_S 7200
#define CHILD_FLUSH (64u << 10)

struct import_child {
    pid_t pid;
    int rows, status; /* ends of pipes that we read */
};

/* ---- Rights -------------------------------------------------------------------------------- */

#if defined(__x86_64__)
#define CHILD_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define CHILD_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef CHILD_ARCH
#define DENY(call)                                                                             \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1),                                         \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define OFFSET(field) ((uint32_t)offsetof(struct seccomp_data, field))

/* What a decoder never needs fails with EPERM: sockets, programs, processes, tracing, changing files. New
 * threads are allowed (DuckDB has some); clone3, whose flags cannot be seen here, is said not to exist. */
static void deny_calls(void)
{
    /* clang-format off */
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, OFFSET(arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CHILD_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, OFFSET(nr)),
        DENY(SYS_socket), DENY(SYS_socketpair), DENY(SYS_connect), DENY(SYS_bind), DENY(SYS_listen),
        DENY(SYS_execve), DENY(SYS_execveat), DENY(SYS_ptrace), DENY(SYS_process_vm_readv),
        DENY(SYS_process_vm_writev), DENY(SYS_kill), DENY(SYS_tkill), DENY(SYS_mount), DENY(SYS_umount2),
        DENY(SYS_unlinkat), DENY(SYS_renameat), DENY(SYS_renameat2), DENY(SYS_linkat), DENY(SYS_symlinkat),
        DENY(SYS_mkdirat), DENY(SYS_mknodat), DENY(SYS_fchmod), DENY(SYS_fchmodat), DENY(SYS_fchown),
        DENY(SYS_fchownat), DENY(SYS_truncate), DENY(SYS_ftruncate), DENY(SYS_setns), DENY(SYS_unshare),
        DENY(SYS_bpf), DENY(SYS_keyctl), DENY(SYS_io_uring_setup), DENY(SYS_chroot),
#ifdef __x86_64__
        DENY(SYS_fork), DENY(SYS_vfork), DENY(SYS_unlink), DENY(SYS_rename), DENY(SYS_link),
        DENY(SYS_symlink), DENY(SYS_mkdir), DENY(SYS_rmdir), DENY(SYS_chmod), DENY(SYS_chown),
        DENY(SYS_mknod), DENY(SYS_creat),
#endif
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, OFFSET(args[0])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, OFFSET(args[2])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    /* clang-format on */
    const struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};
    /* Kernels and containers without seccomp leave us with the limits below. */
    (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
#else
static void deny_calls(void) {}
#endif

static void limit(int what, uint64_t value)
{
    (void)setrlimit((__rlimit_resource_t)what, &(struct rlimit){value, value});
}

static void drop_rights(int rows, int status)
{
    const int last = rows > status ? rows : status;
    const int first = rows > status ? status : rows;
    (void)close_range(3, (unsigned)first - 1, 0);
    if (last > first + 1) {
        (void)close_range((unsigned)first + 1, (unsigned)last - 1, 0);
    }
    (void)close_range((unsigned)last + 1, ~0u, 0);
    (void)close(STDIN_FILENO);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CPU, CHILD_CPU_S);
#if !defined(__SANITIZE_ADDRESS__)
    limit(RLIMIT_AS, CHILD_SPACE);
#endif
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    deny_calls();
}

/* ---- The child's work ---------------------------------------------------------------------- */

struct sender {
    int fd;
    struct buf out;
};

static enum rc send_all(int fd, struct str bytes, struct err *e)
{
    while (bytes.len) {
        const ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR) {
            return rc_errno(e, errno, "the pipe to the importer");
        }
        bytes = str_slice(bytes, n > 0 ? (size_t)n : 0, bytes.len);
    }
    return RC_OK;
}

static enum rc send_flush(struct sender *s, size_t room, struct err *e)
{
    if (s->out.len <= room) {
        return RC_OK;
    }
    enum rc rc = send_all(s->fd, buf_str(&s->out), e);
    buf_clear(&s->out);
    return rc;
}

static enum rc send_row(void *ctx, const struct xlsx_row *row, struct err *e)
{
    struct sender *s = ctx;
    uint8_t any = 0;

    buf_add_i64(&s->out, row->row);
    buf_add_byte(&s->out, ',');
    for (uint32_t i = 0; i < row->cells; i++) {
        any |= (uint8_t)(row->flag[i] & (XLSX_ERROR | XLSX_ROUNDED));
    }
    for (uint32_t i = 0; any && i < row->cells; i++) {
        buf_add_byte(&s->out, (char)('0' + (row->flag[i] & (XLSX_ERROR | XLSX_ROUNDED))));
    }
    for (uint32_t i = 0; i < row->cells; i++) {
        buf_add_byte(&s->out, ',');
        csv_put_field(&s->out, row->cell[i], ',');
    }
    buf_add_byte(&s->out, '\n');
    return send_flush(s, CHILD_FLUSH, e);
}

static void put_number(struct buf *out, double v)
{
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof(text), "%.*g", digits, v);
        if (strtod(text, NULL) == v) {
            break;
        }
    }
    buf_add(out, str_of(text));
}

static void put_value(struct buf *out, const struct lake_vector *v, uint32_t row)
{
    if (lake_is_null(v, row)) {
        return;
    }
    switch (v->type) {
    case LAKE_I64: buf_add_i64(out, ((const int64_t *)v->data)[row]); return;
    case LAKE_U32: buf_add_i64(out, ((const uint32_t *)v->data)[row]); return;
    case LAKE_CODE: buf_add_i64(out, ((const uint16_t *)v->data)[row]); return;
    case LAKE_F64: put_number(out, ((const double *)v->data)[row]); return;
    case LAKE_STR: csv_put_field(out, lake_str(v, row), ','); return;
    case LAKE_U32_LIST: return;
    }
}

static enum rc send_chunk(struct sender *s, const struct lake_chunk *chunk, uint64_t *row,
                          struct err *e)
{
    for (uint32_t r = 0; r < chunk->rows; r++) {
        buf_add_i64(&s->out, (int64_t)++ * row);
        buf_add_byte(&s->out, ',');
        for (uint32_t c = 0; c < chunk->columns_len; c++) {
            buf_add_byte(&s->out, ',');
            put_value(&s->out, &chunk->columns[c], r);
        }
        buf_add_byte(&s->out, '\n');
    }
    return send_flush(s, CHILD_FLUSH, e);
}

static enum rc send_parquet(struct sender *s, const char *path, struct err *e)
{
    struct lake_result *result = NULL;
    struct lake_chunk chunk = {0};
    uint64_t row = 0;

    enum rc rc = lake_read_file(path, 1, CHILD_MEMORY, &result, e);
    if (rc) {
        return rc;
    }
    buf_add(&s->out, STR("0,"));
    for (uint32_t c = 0; c < lake_result_columns(result); c++) {
        buf_add_byte(&s->out, ',');
        csv_put_field(&s->out, str_of(lake_result_name(result, c)), ',');
    }
    buf_add_byte(&s->out, '\n');
    do {
        rc = lake_next(result, &chunk, e);
        rc = rc ? rc : send_chunk(s, &chunk, &row, e);
    } while (!rc && chunk.rows);
    lake_done(result);
    return rc;
}

/* The outcome goes as "CODE\nMESSAGE\nHINT" through the second pipe, then the process ends without
 * running anything of the parent's. */
static _Noreturn void child_main(const char *path, enum import_child_kind kind, int rows,
                                 int status)
{
    struct sender s = {.fd = rows};
    struct buf said = {0};
    struct err e = {0};

    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN); /* an interrupt is the parent's to handle */
    drop_rights(rows, status);
    enum rc rc = kind == IMPORT_CHILD_XLSX ? xlsx_read(path, NULL, send_row, &s, &e)
                                           : send_parquet(&s, path, &e);
    if (!rc) {
        rc = send_flush(&s, 0, &e);
    }
    buf_addf(&said, "%d\n%s\n%s", (int)rc, e.msg, e.hint);
    (void)send_all(status, buf_str(&said), NULL);
    _exit(0);
}

/* ---- The parent's side --------------------------------------------------------------------- */

enum rc import_child_start(const char *path, enum import_child_kind kind,
                           struct import_child **out, struct err *e)
{
    int rows[2] = {-1, -1};
    int status[2] = {-1, -1};
    enum rc rc = RC_OK;

    if (pipe2(rows, O_CLOEXEC) || pipe2(status, O_CLOEXEC)) {
        rc = rc_errno(e, errno, "a pipe");
        goto done;
    }
    (void)fcntl(rows[1], F_SETPIPE_SZ, 1 << 20);
    (void)fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) {
        child_main(path, kind, rows[1], status[1]);
    }
    if (pid < 0) {
        rc = rc_errno(e, errno, "a process to read %s", path);
        goto done;
    }
    struct import_child *c = mem_zalloc(sizeof(*c));
    *c = (struct import_child){pid, rows[0], status[0]};
    rows[0] = status[0] = -1;
    *out = c;
done:
    for (int i = 0; i < 2; i++) {
        if (rows[i] >= 0) {
            (void)close(rows[i]);
        }
        if (status[i] >= 0) {
            (void)close(status[i]);
        }
    }
    return rc;
}

int *import_child_fd(struct import_child *c) { return &c->rows; }

static enum rc read_status(int fd, struct err *e)
{
    char text[700];
    size_t len = 0;
    ssize_t n;
    int64_t code = 0;

    while (len < sizeof(text) - 1 && ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0 ||
                                      (n < 0 && errno == EINTR))) {
        len += n > 0 ? (size_t)n : 0;
    }
    struct str rest = str_make(text, len);
    const struct str first = str_cut(&rest, '\n');
    if (!len || !str_i64(first, &code) || code < 0 || code >= RC_COUNT) {
        enum rc rc = rc_fail(e, RC_INVALID, "the process that decodes the file died over it");
        err_hint(e, "the file is damaged, or made to do harm; export it again, or as CSV");
        return rc;
    }
    if (code == RC_OK) {
        return RC_OK;
    }
    const struct str msg = str_cut(&rest, '\n');
    enum rc rc = rc_fail(e, (enum rc)code, "%.*s", STR_FMT(msg));
    if (rest.len) {
        err_hint(e, "%.*s", STR_FMT(rest));
    }
    return rc;
}

enum rc import_child_end(struct import_child *c, bool abandon, struct err *e)
{
    int status = 0;

    if (!c) {
        return RC_OK;
    }
    (void)close(c->rows);
    if (abandon) {
        (void)kill(c->pid, SIGKILL);
    }
    enum rc rc = abandon ? RC_OK : read_status(c->status, e);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR) {
    }
    (void)close(c->status);
    mem_free(c);
    return rc;
}
