#include "diff_argv.h"
hostset diff_argv_set(struct arena *arena, const struct diff_sides *sides, hostset set) {
    (void)arena, (void)sides, (void)set;
    return HOSTS_NONE;
}
bool diff_argv_changes(struct arena *arena, const struct diff_sides *sides, hostset differs, struct diff *diff) {
    (void)arena, (void)sides, (void)differs, (void)diff;
    return true;
}
