package dev.docmirror.examples.backend.page;

import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** How the sync stands: once, and as it goes on. */
@RestController
class MonitorController {
    private final LiveMonitor monitor;
    private final LiveEvents events;

    MonitorController(LiveMonitor monitor, LiveEvents events) {
        this.monitor = monitor;
        this.events = events;
    }

    @GetMapping("/api/monitor")
    MonitorAnswer monitor() {
        return monitor.latest();
    }

    @GetMapping(value = "/api/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<StreamingResponseBody> events(HttpServletResponse response) {
        return ResponseEntity.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .cacheControl(CacheControl.noStore())
                .body(neverFlushed -> events.stream(response.getOutputStream()));
    }
}
