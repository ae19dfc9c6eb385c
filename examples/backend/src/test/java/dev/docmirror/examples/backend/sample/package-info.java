/** The backend with servers, users and patients that are made up, for people who want to see it at work. */
package dev.docmirror.examples.backend.sample;
