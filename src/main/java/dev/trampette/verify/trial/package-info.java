/// One routine under its probe and script: what it is given in a case, what a call shows, and what all routines must
/// keep.
package dev.trampette.verify.trial;
