/// What a test asks of a function, here or in a process of its own.
package dev.trampette.verify.question;
