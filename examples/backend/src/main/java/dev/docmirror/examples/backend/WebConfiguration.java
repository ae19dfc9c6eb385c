package dev.docmirror.examples.backend;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Answers that go on for long run on threads of their own, and there is a limit to them. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {
    private static final int MOST_STREAMS = 200;

    /** Refuses more instead of letting them wait: a stream that waits behind another one would wait for ever. */
    @Bean
    ThreadPoolTaskExecutor streams() {
        ThreadPoolTaskExecutor streams = new ThreadPoolTaskExecutor();
        streams.setThreadNamePrefix("stream-");
        streams.setCorePoolSize(0);
        streams.setMaxPoolSize(MOST_STREAMS);
        streams.setQueueCapacity(0);
        return streams;
    }

    @Bean
    WebMvcConfigurer longAnswers(ThreadPoolTaskExecutor streams) {
        return new WebMvcConfigurer() {
            @Override
            public void configureAsyncSupport(AsyncSupportConfigurer async) {
                async.setTaskExecutor(streams).setDefaultTimeout(0);
            }
        };
    }
}
