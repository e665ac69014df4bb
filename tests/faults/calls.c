/* Preloaded into a process: counts the calls by which it changes files below one folder, and makes
   a chosen one fail, come short, or be the last thing that the process does. Every call that was
   let through can be recorded with what it wrote, and every call that is counted listed. For tests
   on Linux; single threads only. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPEN, CREATE, WRITE, TRUNCATE, SYNC, RENAME, LINK, UNLINK, MKDIR, RMDIR, READ, MARK };
enum action { NOTHING, FAIL, SHORT, KILL_BEFORE, KILL_AFTER };

#define FILES 1024
static char opened[FILES][PATH_MAX];
static char prefix[PATH_MAX], struck[PATH_MAX];
static int struck_kind;
static long counted, at;
static unsigned counting, failing;
static int action, error_number, lasting, record = -1, list = -1, on;

struct entry {
    uint32_t kind, name, other;
    int64_t offset, length;
} __attribute__((packed));

void faults_arm(const char *folder, unsigned kinds, long when, int what, int error, unsigned which,
                int from_then_on, int into, int listed_in) {
    strncpy(prefix, folder, PATH_MAX - 1);
    counting = kinds;
    failing = which;
    at = when;
    action = what;
    error_number = error;
    lasting = from_then_on;
    record = into;
    list = listed_in;
    counted = 0;
    struck[0] = 0;
    on = 1;
}

long faults_disarm(void) {
    on = 0;
    return counted;
}

/* Which call it was that got the number. */
const char *faults_struck(int *kind) {
    *kind = struck_kind;
    return struck;
}

static void put(const void *data, size_t length) {
    if (record >= 0 && length)
        syscall(SYS_write, record, data, length);
}

static void note(enum kind kind, const char *path, const char *other, int64_t offset,
                 const void *data, int64_t length, int with_data) {
    struct entry entry = {kind, strlen(path), other ? strlen(other) : 0, offset, length};
    if (record < 0)
        return;
    put(&entry, sizeof entry);
    put(path, entry.name);
    put(other, entry.other);
    if (with_data)
        put(data, length);
}

/* What the process itself wants to have in the record: how far it has come. */
void faults_mark(const char *words) {
    if (on)
        note(MARK, words, NULL, 0, NULL, 0, 0);
}

static int is_ours(const char *path) {
    size_t length = strlen(prefix);
    return on && path && !strncmp(path, prefix, length) && (!path[length] || path[length] == '/');
}

static const char *name_of(int file) {
    return on && file >= 0 && file < FILES && is_ours(opened[file]) ? opened[file] : NULL;
}

/* Whether this call is to fail (1) or to come short (2). */
static int turn(enum kind kind, const char *path) {
    if (!(counting & (1u << kind)))
        return 0;
    counted++;
    if (list >= 0)
        dprintf(list, "%d %s\n", kind, path);
    if (counted == at) {
        struck_kind = kind;
        strncpy(struck, path, PATH_MAX - 1);
    }
    if (!(failing & (1u << kind)) || !(counted == at || (lasting && counted > at)))
        return 0;
    if (action == KILL_BEFORE)
        kill(getpid(), SIGKILL);
    if (action == FAIL || (action == SHORT && counted > at)) {
        errno = error_number;
        return 1;
    }
    return action == SHORT ? 2 : 0;
}

static void done(void) {
    if (action == KILL_AFTER && counted == at)
        kill(getpid(), SIGKILL);
}

#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (!real)                                                                                     \
        *(void **)&real = dlsym(RTLD_NEXT, #name)

static int entered(int file, const char *path, int flags, int existed) {
    if (file >= 0 && file < FILES && path)
        strncpy(opened[file], path, PATH_MAX - 1);
    if (file >= 0 && is_ours(path) && (flags & O_CREAT) && !existed)
        note(CREATE, path, NULL, 0, NULL, 0, 0);
    if (file >= 0 && is_ours(path) && existed && (flags & O_TRUNC))
        note(TRUNCATE, path, NULL, 0, NULL, 0, 0);
    if (is_ours(path))
        done();
    return file;
}

static int existing(const char *path) {
    struct stat found;
    int kept = errno, there = fstatat(AT_FDCWD, path, &found, 0) == 0;
    errno = kept;
    return there;
}

// The body of open and openat: `call` is the real one, whose last argument is `mode`.
#define OPENED(call)                                                                               \
    va_list rest;                                                                                  \
    va_start(rest, flags);                                                                         \
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;                              \
    va_end(rest);                                                                                  \
    int existed = is_ours(path) && existing(path);                                                 \
    int creates = (flags & O_CREAT) && !existed;                                                   \
    if (is_ours(path) && turn(creates ? CREATE : OPEN, path) == 1)                                 \
        return -1;                                                                                 \
    return entered(call, path, flags, existed);

#define OPENING(name)                                                                              \
    int name(const char *path, int flags, ...) {                                                   \
        REAL(int, name, const char *, int, ...);                                                   \
        OPENED(real(path, flags, mode))                                                            \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                                                           \
    int name(int folder, const char *path, int flags, ...) {                                       \
        REAL(int, name, int, const char *, int, ...);                                              \
        OPENED(real(folder, path, flags, mode))                                                    \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

int close(int file) {
    REAL(int, close, int);
    if (file >= 0 && file < FILES)
        opened[file][0] = 0;
    return real(file);
}

#define PUTTING(name, offset_type)                                                                 \
    ssize_t name(int file, const void *data, size_t length, offset_type offset) {                  \
        REAL(ssize_t, name, int, const void *, size_t, offset_type);                               \
        const char *path = name_of(file);                                                          \
        int what = path ? turn(WRITE, path) : 0;                                                         \
        if (what == 1)                                                                             \
            return -1;                                                                             \
        ssize_t written = real(file, data, what == 2 && length > 1 ? length / 2 : length, offset); \
        if (path && written > 0)                                                                   \
            note(WRITE, path, NULL, offset, data, written, 1);                                     \
        if (path)                                                                                  \
            done();                                                                                \
        return written;                                                                            \
    }
PUTTING(pwrite, off_t)
PUTTING(pwrite64, off64_t)

static int64_t place_in(int file) {
    int flags = fcntl(file, F_GETFL);
    return lseek(file, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
}

ssize_t write(int file, const void *data, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    const char *path = name_of(file);
    int what = path ? turn(WRITE, path) : 0;
    if (what == 1)
        return -1;
    int64_t offset = path ? place_in(file) : 0;
    ssize_t written = real(file, data, what == 2 && length > 1 ? length / 2 : length);
    if (path && written > 0)
        note(WRITE, path, NULL, offset, data, written, 1);
    if (path)
        done();
    return written;
}

#define CUTTING(name, type)                                                                        \
    int name(int file, type length) {                                                              \
        REAL(int, name, int, type);                                                                \
        const char *path = name_of(file);                                                          \
        if (path && turn(TRUNCATE, path) == 1)                                                           \
            return -1;                                                                             \
        int result = real(file, length);                                                           \
        if (path && !result)                                                                       \
            note(TRUNCATE, path, NULL, length, NULL, 0, 0);                                        \
        if (path)                                                                                  \
            done();                                                                                \
        return result;                                                                             \
    }
CUTTING(ftruncate, off_t)
CUTTING(ftruncate64, off64_t)

#define SYNCING(name)                                                                              \
    int name(int file) {                                                                           \
        REAL(int, name, int);                                                                      \
        const char *path = name_of(file);                                                          \
        if (path && turn(SYNC, path) == 1)                                                               \
            return -1;                                                                             \
        int result = real(file);                                                                   \
        if (path && !result)                                                                       \
            note(SYNC, path, NULL, 0, NULL, 0, 0);                                                 \
        if (path)                                                                                  \
            done();                                                                                \
        return result;                                                                             \
    }
SYNCING(fsync)
SYNCING(fdatasync)

#define NAMING(name, kind)                                                                         \
    int name(const char *from, const char *to) {                                                   \
        REAL(int, name, const char *, const char *);                                               \
        int ours = is_ours(from) || is_ours(to);                                                   \
        if (ours && turn(kind, to) == 1)                                                           \
            return -1;                                                                             \
        int result = real(from, to);                                                               \
        if (ours && !result)                                                                       \
            note(kind, from, to, 0, NULL, 0, 0);                                                   \
        if (ours)                                                                                  \
            done();                                                                                \
        return result;                                                                             \
    }
NAMING(rename, RENAME)
NAMING(link, LINK)

#define REMOVING(name, kind)                                                                       \
    int name(const char *path) {                                                                   \
        REAL(int, name, const char *);                                                             \
        int ours = is_ours(path);                                                                  \
        if (ours && turn(kind, path) == 1)                                                         \
            return -1;                                                                             \
        int result = real(path);                                                                   \
        if (ours && !result)                                                                       \
            note(kind, path, NULL, 0, NULL, 0, 0);                                                 \
        if (ours)                                                                                  \
            done();                                                                                \
        return result;                                                                             \
    }
REMOVING(unlink, UNLINK)
REMOVING(rmdir, RMDIR)

int unlinkat(int folder, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    const char *inside = path[0] != '/' ? name_of(folder) : NULL;
    char whole[2 * PATH_MAX];
    if (inside) {
        strcpy(whole, inside);
        strcat(whole, "/");
        strncat(whole, path, PATH_MAX - 1);
    } else
        strncpy(whole, path, PATH_MAX - 1);
    int kind = flags & AT_REMOVEDIR ? RMDIR : UNLINK, ours = inside || is_ours(path);
    if (ours && turn(kind, whole) == 1)
        return -1;
    int result = real(folder, path, flags);
    if (ours && !result)
        note(kind, whole, NULL, 0, NULL, 0, 0);
    if (ours)
        done();
    return result;
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t);
    int ours = is_ours(path);
    if (ours && turn(MKDIR, path) == 1)
        return -1;
    int result = real(path, mode);
    if (ours && !result)
        note(MKDIR, path, NULL, 0, NULL, 0, 0);
    if (ours)
        done();
    return result;
}

#define TAKING(name, type)                                                                         \
    ssize_t name(int file, void *data, size_t length, type offset) {                               \
        REAL(ssize_t, name, int, void *, size_t, type);                                            \
        int what = name_of(file) ? turn(READ, name_of(file)) : 0;                                                 \
        if (what == 1)                                                                             \
            return -1;                                                                             \
        return real(file, data, what == 2 && length > 1 ? length / 2 : length, offset);            \
    }
TAKING(pread, off_t)
TAKING(pread64, off64_t)

ssize_t read(int file, void *data, size_t length) {
    REAL(ssize_t, read, int, void *, size_t);
    int what = name_of(file) ? turn(READ, name_of(file)) : 0;
    if (what == 1)
        return -1;
    return real(file, data, what == 2 && length > 1 ? length / 2 : length);
}
