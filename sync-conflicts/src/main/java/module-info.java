/** The conflict policies that docmirror ships. */
module dev.docmirror.conflicts {
    requires transitive dev.docmirror;

    exports dev.docmirror.policies;
}
