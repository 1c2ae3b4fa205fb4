/*
 * The source of the firmware in runtime/probe/trial_guest.c, whose bytes tests/trial_guest.sh compares: real mode from the
 * reset vector, protected mode, long mode with 2 MiB of memory mapped as they are, a loop, and out.
 * SPDX-License-Identifier: Apache-2.0
 */
    .text
    .code16
    .org 0
start16:
    cli
    lgdtl %cs:(gdtr - start16)
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $8, $(0xF0000 + code32 - start16)
    .code32
code32:
    movw $16, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    cld
    movl $0x1000, %edi
    xorl %eax, %eax
    movl $0xC00, %ecx
    rep stosl
    movl $0x2003, 0x1000
    movl $0x3003, 0x2000
    movl $0x83, 0x3000
    movl %cr4, %eax
    orl $0x20, %eax
    movl %eax, %cr4
    movl $0x1000, %eax
    movl %eax, %cr3
    movl $0xC0000080, %ecx
    rdmsr
    orl $0x100, %eax
    wrmsr
    movl %cr0, %eax
    orl $0x80000000, %eax
    movl %eax, %cr0
    ljmpl $24, $(0xF0000 + code64 - start16)
    .code64
code64:
    movl $0x1000000, %ecx
1:  decl %ecx
    jnz 1b
    movw $0x501, %dx
    movb $0x2a, %al
    outb %al, %dx
2:  hlt
    jmp 2b
    .balign 8
gdt:
    .quad 0
    .quad 0x00CF9A000000FFFF
    .quad 0x00CF92000000FFFF
    .quad 0x00AF9A000000FFFF
gdtr:
    .word 31
    .long 0xF0000 + gdt - start16
    .org 0xFFF0
    .code16
    .byte 0xEA
    .word 0, 0xF000
    .org 0x10000
