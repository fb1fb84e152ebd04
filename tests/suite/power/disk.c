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
#include <sys/syscall.h>
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

/* What is being kept has a name of its own until it is whole, because the program may be killed meanwhile. */
static int begin(const char *kind, const char *id, char *whole, char *part) {
    snprintf(whole, PATH_MAX, "%s/%s/%s", getenv("POWER_FLUSHED"), kind, id);
    snprintf(part, PATH_MAX, "%s/part-%d-%ld", getenv("POWER_FLUSHED"), getpid(), syscall(SYS_gettid));
    int to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (to < 0) lost("keep what was flushed");
    return to;
}

static void end(int to, const char *part, const char *whole) {
    if (close(to) || rename(part, whole)) lost("keep what was flushed");
}

static void keep_file(int fd, const char *id) {
    char whole[PATH_MAX], part[PATH_MAX], bytes[1 << 16];
    int to = begin("files", id, whole, part);
    /* A descriptor that only writes cannot be read, and one that is shared must not be moved. */
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    int from = open(self, O_RDONLY | O_CLOEXEC);
    if (from < 0) lost("read what was flushed");
    ssize_t read_now;
    while ((read_now = read(from, bytes, sizeof bytes)) > 0)
        if (write(to, bytes, read_now) != read_now) lost("keep what was flushed");
    if (read_now < 0 || close(from)) lost("read what was flushed");
    end(to, part, whole);
}

static void keep_folder(int fd, const char *id) {
    char whole[PATH_MAX], part[PATH_MAX], self[64], of[ID];
    int to = begin("folders", id, whole, part);
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    DIR *folder = opendir(self);
    if (!folder) lost("read what was flushed");
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (identify(dirfd(folder), entry->d_name, of)) dprintf(to, "%s\t%s\n", of, entry->d_name);
    }
    closedir(folder);
    end(to, part, whole);
}

/* Another thread may take away what is being looked at; the descriptor stays, and so does what is behind it. */
static void keep(int fd) {
    const char *disk = getenv("POWER_DISK");
    char self[64], path[PATH_MAX], id[ID];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(self, path, sizeof path - 1);
    if (!disk || length < 0) return;
    path[length] = 0;
    size_t root = strlen(disk);
    if (strncmp(path, disk, root) || (path[root] && path[root] != '/')) return;
    mode_t kind = identify(fd, "", id);
    if (S_ISDIR(kind)) keep_folder(fd, id);
    if (S_ISREG(kind)) keep_file(fd, id);
}

typedef int flush(int);

/* Of two who flush the same at once, what the later one saw is kept last. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int flushed(const char *name, int fd) {
    flush *real = (flush *)dlsym(RTLD_NEXT, name);
    int outcome = real(fd);
    if (outcome) return outcome;
    pthread_mutex_lock(&one_at_a_time);
    keep(fd);
    pthread_mutex_unlock(&one_at_a_time);
    return 0;
}

int fsync(int fd) { return flushed("fsync", fd); }
int fdatasync(int fd) { return flushed("fdatasync", fd); }
