/** How the sync is, for those who operate it: in Actuator's health, and as metrics for Prometheus. */
@NullMarked
package dev.docmirror.examples.backend.health;

import org.jspecify.annotations.NullMarked;
