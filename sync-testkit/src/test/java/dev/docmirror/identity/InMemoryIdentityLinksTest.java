package dev.docmirror.identity;

import dev.docmirror.testkit.IdentityLinksContractTest;
import dev.docmirror.testkit.InMemoryIdentityLinks;

class InMemoryIdentityLinksTest extends IdentityLinksContractTest {
    @Override
    protected IdentityLinks openLinks() {
        return new InMemoryIdentityLinks();
    }
}
