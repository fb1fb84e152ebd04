/*
 * A disk that forgets. Loaded before a program, it keeps beside a folder what of it was flushed: the bytes of a file when the file
 * is, the names of a folder when the folder is. After the program was killed, whoever loses the power may leave of everything else
 * what he likes.
 *
 *   POWER_DISK    the folder that is watched, as it is called without links
 *   POWER_FLUSHED where the flushed is kept: `files/ID` with the bytes, `folders/ID` with a line for each name,
 *                 its ID, a tabulator and itself. ID is the inode and when it was made, because inodes are used again.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ID = 64 };

static void lost(const char *what) {
    fprintf(stderr, "the disk that forgets cannot %s: %s\n", what, strerror(errno));
    abort();
}

/* The kind of what is called this in the folder, or of the descriptor where no name is said, and its ID; 0 where it is gone. */
static mode_t identify(int at, const char *name, char *id) {
    struct statx is;
    int flags = AT_SYMLINK_NOFOLLOW | (name[0] ? 0 : AT_EMPTY_PATH);
    if (statx(at, name, flags, STATX_TYPE | STATX_INO | STATX_BTIME, &is)) {
        if (errno == ENOENT) return 0;
        lost("look at what was flushed");
    }
    snprintf(id, ID, "%llu-%lld.%09u", (unsigned long long)is.stx_ino, (long long)is.stx_btime.tv_sec, is.stx_btime.tv_nsec);
    return is.stx_mode & S_IFMT;
}

/* What is being kept has a name of its own until it is flushed, because the program may be killed meanwhile. */
struct kept {
    char whole[PATH_MAX], part[PATH_MAX];
    int to;
};

static void begin(struct kept *kept, const char *kind, const char *id) {
    snprintf(kept->whole, PATH_MAX, "%s/%s/%s", getenv("POWER_FLUSHED"), kind, id);
    snprintf(kept->part, PATH_MAX, "%s/part-%d", getenv("POWER_FLUSHED"), getpid());
    kept->to = open(kept->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (kept->to < 0) lost("keep what is flushed");
}

static void copy_file(int fd, int to) {
    char self[64], bytes[1 << 16];
    /* A descriptor that only writes cannot be read, and one that is shared must not be moved. */
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    int from = open(self, O_RDONLY | O_CLOEXEC);
    if (from < 0) lost("read what is flushed");
    ssize_t read_now;
    while ((read_now = read(from, bytes, sizeof bytes)) > 0)
        if (write(to, bytes, read_now) != read_now) lost("keep what is flushed");
    if (read_now < 0 || close(from)) lost("read what is flushed");
}

static void copy_folder(int fd, int to) {
    char self[64], of[ID];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    DIR *folder = opendir(self);
    if (!folder) lost("read what is flushed");
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (identify(dirfd(folder), entry->d_name, of)) dprintf(to, "%s\t%s\n", of, entry->d_name);
    }
    closedir(folder);
}

/* Copies what is about to be flushed; 0 where it is not on the disk that is watched. */
static int copy(int fd, struct kept *kept) {
    const char *disk = getenv("POWER_DISK");
    char self[64], path[PATH_MAX], id[ID];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(self, path, sizeof path - 1);
    if (!disk || length < 0) return 0;
    path[length] = 0;
    size_t root = strlen(disk);
    if (strncmp(path, disk, root) || (path[root] && path[root] != '/')) return 0;
    mode_t kind = identify(fd, "", id);
    if (!S_ISDIR(kind) && !S_ISREG(kind)) return 0;
    begin(kept, S_ISDIR(kind) ? "folders" : "files", id);
    if (S_ISDIR(kind)) copy_folder(fd, kept->to);
    else copy_file(fd, kept->to);
    if (close(kept->to)) lost("keep what is flushed");
    return 1;
}

typedef int flush(int);

/* What is written while one flushes may be flushed with it, or not: only what was there before counts. One at a time, so that what was
   copied later is kept last. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int flushed(const char *name, int fd) {
    flush *real = (flush *)dlsym(RTLD_NEXT, name);
    struct kept kept;
    pthread_mutex_lock(&one_at_a_time);
    int is_watched = copy(fd, &kept);
    int outcome = real(fd);
    int error = errno;
    if (!outcome && is_watched && rename(kept.part, kept.whole)) lost("keep what is flushed");
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return outcome;
}

int fsync(int fd) { return flushed("fsync", fd); }
int fdatasync(int fd) { return flushed("fdatasync", fd); }
