# A program without a library whose instructions are counted by hand. Its
# comments say how many each line runs; emulate_test.cpp has the sum.

    .globl _start
    .text
_start:
    mov $100000, %ebx          # 1
1:  call add_up                # 100,000
    dec %ebx                   # 100,000
    jnz 1b                     # 100,000
    lea buffer(%rip), %rdi     # 1
    mov $65536, %ecx           # 1
    xor %eax, %eax             # 1
    rep stosb                  # 1, however often it repeats
    xor %ecx, %ecx             # 1
    rep stosb                  # 1, though it does nothing
    mov $1000, %r8d            # 1
2:  lea buffer(%rip), %rdi     # 1,000
    mov $100, %ecx             # 1,000
    mov $1, %al                # 1,000
    repne scasb                # 1,000: looks for a one among zeros
    dec %r8d                   # 1,000
    jnz 2b                     # 1,000
    prefetcht0 buffer(%rip)    # 1
    lock incq buffer(%rip)     # 1
    push buffer(%rip)          # 1
    pop %rax                   # 1
    mov $60, %eax              # 1
    xor %edi, %edi             # 1
    syscall                    # 1

add_up:
    add $8, %rax               # 100,000
    test $1, %bl               # 100,000
    jz 3f                      # 100,000
    addq $1, counter(%rip)     # 50,000
3:  ret                        # 100,000

    .bss
    .balign 64
buffer:  .skip 65536
counter: .skip 8
    .section .note.GNU-stack, "", @progbits
