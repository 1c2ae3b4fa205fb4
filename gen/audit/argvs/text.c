/*
 * Command lines for people: a block for each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "gen/audit/argvs/argvs.h"
#include "runtime/tool/show.h"

static void print_hosts(uint64_t count, FILE *out) {
    if (count == UINT64_MAX)
        fputs("more hosts than can be counted", out);
    else
        fprintf(out, "%" PRIu64 " host%s", count, count == 1 ? "" : "s");
}

static void print_line(const struct command_line *line, FILE *out) {
    const struct argv argv = {.arguments = line->host.argv.items, .count = line->host.argv.count};
    putc('\n', out);
    print_hosts(line->n_hosts, out);
    fputs(": ", out);
    print_text(line->host.region, out);
    for (size_t i = 0; i < sizeof line->regions / sizeof line->regions[0] && line->regions[i]; i++) {
        fputs(";\n    or ", out);
        print_text(line->regions[i], out);
    }
    fputs(line->more_regions ? ";\n    or elsewhere\n" : "\n", out);
    show_argv(out, SHOW_SHELL, &argv);
}

void argvs_text(const struct argvs *argvs, const char *file, FILE *out) {
    size_t count = argvs->lines.count;
    print_text(file, out);
    if (count == 0)
        fputs(": no host that is asked for gets a command line\n", out);
    else
        fprintf(out, ": %zu command line%s\n", count, count == 1 ? "" : "s");
    for (size_t i = 0; i < count; i++)
        print_line(&argvs->lines.items[i], out);
}
