/// What a case gives: random numbers and where they are from, memory that arguments point to, places.
package dev.trampette.verify.values;
