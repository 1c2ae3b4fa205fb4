/*
 * Which tags say that a rule is about security.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/diff.h"

bool tags_are_security(const char *tags) {
    static const char *const words[] = {"security", "sandbox", "mitigations", "privileges", "network"};
    for (const char *at = tags; at && *at;) {
        size_t length = strcspn(at, " ");
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (strlen(words[i]) == length && memcmp(words[i], at, length) == 0)
                return true;
        at += length;
        at += strspn(at, " ");
    }
    return false;
}
