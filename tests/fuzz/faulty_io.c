/* Loaded before libc: counts the calls that concern files in one folder, and lets one of them fail.
 *
 * Compiled and armed by tests/fuzz/write_faults.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static int fails_at, error_number, reached, last_kind;
static __thread int inside;

enum { OPEN, READ, WRITE, SYNC, CLOSE, LOCK, NAME, STATE };

/* Begin to count in a folder; call number `at` fails with `number`, or writes half for -1. */
void arm(const char *in, int at, int number) {
    snprintf(folder, sizeof folder, "%s", in);
    fails_at = at, error_number = number;
    reached = 0;
    last_kind = -1;
}

/* Stop counting; return how many calls there were. */
int disarm(void) {
    folder[0] = 0;
    return reached;
}

int failed_kind(void) { return last_kind; }

static int ours(const char *path) {
    return folder[0] && path && !strncmp(path, folder, strlen(folder));
}

static int ours_fd(int fd) {
    char link[32], path[PATH_MAX];
    if (!folder[0] || inside) return 0;
    inside = 1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    inside = 0;
    if (size < 0) return 0;
    path[size] = 0;
    return ours(path);
}

/* Errors of a full disk meet what needs room; those of permissions what makes or changes a name. */
static int can_fail(int kind) {
    switch (error_number) {
    case EINTR: return kind == OPEN || kind == READ || kind == WRITE || kind == SYNC || kind == LOCK;
    case -1: return kind == WRITE;
    case ENOSPC: case EDQUOT: return kind != READ && kind != LOCK;
    case EROFS: case EACCES: return kind == OPEN || kind == NAME || kind == STATE;
    case ENOLCK: return kind == LOCK;
    default: return 1;
    }
}

static int fails(int is_ours, int kind) {
    if (!is_ours || inside || !can_fail(kind)) return 0;
    if (__atomic_add_fetch(&reached, 1, __ATOMIC_SEQ_CST) != fails_at) return 0;
    last_kind = kind;
    errno = error_number;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define MODE(mode, flags)                                  \
    int mode = 0;                                          \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                 \
        va_list list;                                      \
        va_start(list, flags);                             \
        mode = va_arg(list, int);                          \
        va_end(list);                                      \
    }

#define OPENS(name)                                        \
    int name(const char *path, int flags, ...) {           \
        MODE(mode, flags)                                  \
        if (fails(ours(path), OPEN)) return -1;            \
        return REAL(name)(path, flags, mode);              \
    }
#define OPENS_AT(name)                                     \
    int name(int at, const char *path, int flags, ...) {   \
        MODE(mode, flags)                                  \
        if (fails(ours(path), OPEN)) return -1;            \
        return REAL(name)(at, path, flags, mode);          \
    }
OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)

#define WRITES(name, parameters, arguments)                          \
    ssize_t name parameters {                                        \
        if (fails(ours_fd(fd), WRITE)) {                             \
            if (error_number != -1) return -1;                       \
            size = size > 1 ? size / 2 : size;                       \
        }                                                            \
        return REAL(name) arguments;                                 \
    }
WRITES(write, (int fd, const void *from, size_t size), (fd, from, size))
WRITES(pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
WRITES(pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
WRITES(writev, (int fd, const struct iovec *from, int size), (fd, from, size))

#define CALL(type, name, is_ours, kind, parameters, arguments)       \
    type name parameters {                                           \
        if (fails(is_ours, kind)) return -1;                         \
        return REAL(name) arguments;                                 \
    }
CALL(ssize_t, read, ours_fd(fd), READ, (int fd, void *to, size_t size), (fd, to, size))
CALL(ssize_t, pread, ours_fd(fd), READ, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
CALL(ssize_t, pread64, ours_fd(fd), READ, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
CALL(int, fsync, ours_fd(fd), SYNC, (int fd), (fd))
CALL(int, fdatasync, ours_fd(fd), SYNC, (int fd), (fd))
CALL(int, flock, ours_fd(fd), LOCK, (int fd, int how), (fd, how))
CALL(int, ftruncate, ours_fd(fd), STATE, (int fd, off_t size), (fd, size))
CALL(int, ftruncate64, ours_fd(fd), STATE, (int fd, off64_t size), (fd, size))
CALL(int, fchmod, ours_fd(fd), STATE, (int fd, mode_t mode), (fd, mode))
CALL(int, fchown, ours_fd(fd), STATE, (int fd, uid_t user, gid_t group), (fd, user, group))
CALL(int, chmod, ours(path), STATE, (const char *path, mode_t mode), (path, mode))
CALL(int, fchmodat, ours(path), STATE, (int at, const char *path, mode_t mode, int how), (at, path, mode, how))
CALL(int, chown, ours(path), STATE, (const char *path, uid_t user, gid_t group), (path, user, group))
CALL(int, lchown, ours(path), STATE, (const char *path, uid_t user, gid_t group), (path, user, group))
CALL(int, mkdir, ours(path), NAME, (const char *path, mode_t mode), (path, mode))
CALL(int, rmdir, ours(path), NAME, (const char *path), (path))
CALL(int, unlink, ours(path), NAME, (const char *path), (path))
CALL(int, unlinkat, ours(path), NAME, (int at, const char *path, int how), (at, path, how))
CALL(int, rename, ours(from), NAME, (const char *from, const char *to), (from, to))
CALL(int, renameat, ours(from), NAME, (int at, const char *from, int in, const char *to), (at, from, in, to))
CALL(int, link, ours(from), NAME, (const char *from, const char *to), (from, to))
CALL(int, linkat, ours(from), NAME, (int at, const char *from, int in, const char *to, int how), (at, from, in, to, how))

/* A file is closed even where that fails, as on Linux. */
int close(int fd) {
    int is_failed = fails(ours_fd(fd), CLOSE);
    int status = REAL(close)(fd);
    if (!is_failed) return status;
    errno = error_number;
    return -1;
}
