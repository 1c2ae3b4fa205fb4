/*
 * An attribute for functions that few calls reach: they are compiled for size, and not inlined.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_RARE_H
#define MUSTER_RARE_H

#define RARE __attribute__((cold, noinline))

#endif
