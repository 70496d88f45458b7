/* Loaded before libc: counts allocations of some size, and lets some of them fail.
 *
 * Compiled and armed by tests/fuzz/memory_faults.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static long fails_at, fails_until, reached;
static size_t least;
static int armed;

/* Begin to count allocations of at least `size` bytes: those from `at` to before `until` fail. */
void arm(long at, long until, size_t size) {
    fails_at = at, fails_until = until, least = size;
    reached = 0;
    armed = 1;
}

/* Stop counting; return how many allocations there were. */
long disarm(void) {
    armed = 0;
    return reached;
}

static int fails(size_t size) {
    if (!armed || size < least) return 0;
    long number = __atomic_add_fetch(&reached, 1, __ATOMIC_SEQ_CST);
    if (number < fails_at || number >= fails_until) return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) { return fails(size) ? NULL : __libc_malloc(size); }

void *calloc(size_t number, size_t size) {
    return fails(number * size) ? NULL : __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) { return fails(size) ? NULL : __libc_realloc(old, size); }

void *aligned_alloc(size_t edge, size_t size) {
    return fails(size) ? NULL : __libc_memalign(edge, size);
}

int posix_memalign(void **found, size_t edge, size_t size) {
    void *made = fails(size) ? NULL : __libc_memalign(edge, size);
    if (!made) return ENOMEM;
    *found = made;
    return 0;
}

#define MAPS(name)                                                                          \
    void *name(void *at, size_t size, int rights, int flags, int file, off_t place) {       \
        if (fails(size)) return MAP_FAILED;                                                 \
        return (void *)syscall(SYS_mmap, at, size, rights, flags, file, place);             \
    }
MAPS(mmap)
MAPS(mmap64)

void *mremap(void *old, size_t before, size_t size, int flags, ...) {
    if (size > before && fails(size)) return MAP_FAILED;
    void *to = NULL;
    if (flags & MREMAP_FIXED) {
        __builtin_va_list list;
        __builtin_va_start(list, flags);
        to = __builtin_va_arg(list, void *);
        __builtin_va_end(list);
    }
    return (void *)syscall(SYS_mremap, old, before, size, flags, to);
}
