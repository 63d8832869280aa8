/* tests/unit/stores.c: see stores.h. */
#include "config.h"

#include "stores.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_ALLOWED = 77, PATH_BYTES = 300 };

static char folder[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

int stores_begin(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/chatd-store-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

int stores_end(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *stores_path(const char *name)
{
    static char paths[8][PATH_BYTES];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    return path;
}

char *stores_read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    struct stat st;
    char *bytes;

    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &st), 0);
    *len = (size_t)st.st_size;
    bytes = malloc(*len + 1);
    assert_int_equal(fread(bytes, 1, *len, file), *len);
    fclose(file);
    return bytes;
}

void stores_write_file(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

void stores_add(struct parcel *parcel, uint64_t id, const char *room, const char *name, const char *text)
{
    parcel_add(parcel, &(struct parcel_item){.op = PARCEL_LINE,
                                          .id = id,
                                          .time_ms = (int64_t)(id >> 16),
                                          .room = room,
                                          .room_folded = room,
                                          .kind = "say",
                                          .name = name,
                                          .folded = name,
                                          .target = "",
                                          .text = text,
                                          .text_len = strlen(text)});
}

/* ---- disks ---- */

static void write_word(const char *path, const char *word)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        (void)!write(fd, word, strlen(word));
        close(fd);
    }
}

/* Root of a namespace of its own, which others are not, where the system lets anybody. */
static bool may_mount(void)
{
    char map[64];
    unsigned uid = geteuid(), gid = getegid();

    if (uid == 0 && unshare(CLONE_NEWNS) == 0) {
        return true;
    }
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        return false;
    }
    snprintf(map, sizeof(map), "0 %u 1", uid);
    write_word("/proc/self/uid_map", map);
    write_word("/proc/self/setgroups", "deny");
    snprintf(map, sizeof(map), "0 %u 1", gid);
    write_word("/proc/self/gid_map", map);
    return true;
}

/* In the child: cmocka's way of failing leads back into its own run of the tests, of which nobody hears there. */
static void run_alone(size_t bytes, void (*body)(void))
{
    char size[64];

    snprintf(size, sizeof(size), "size=%zu", bytes);
    if (!may_mount() || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("small", folder, "tmpfs", 0, size) != 0) {
        _exit(NOT_ALLOWED);
    }
    body();
    fflush(NULL);
    _exit(0);
}

void stores_on_small_disk(size_t bytes, void (*body)(void))
{
    int status;
    pid_t child;

    fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* abort() instead of a jump */
        setenv("CMOCKA_TEST_ABORT", "1", 1);
        run_alone(bytes, body);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_ALLOWED) {
        skip();
    }
    assert_int_equal(status, 0);
}

void stores_set_read_only(bool is_read_only)
{
    assert_int_equal(mount(NULL, folder, NULL, MS_REMOUNT | (is_read_only ? MS_RDONLY : 0UL), NULL), 0);
}
