package dev.docmirror.examples.backend;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The backend of a clinic. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class Backend {

    public static void main(String[] arguments) {
        SpringApplication.run(Backend.class, arguments);
    }
}
