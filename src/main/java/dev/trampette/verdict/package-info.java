/// What a check says: a verdict, and the findings that it is made of; or why there is none.
package dev.trampette.verdict;
