package org.ehrledger

import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The ten lines that both READMEs show are a program, and it runs. */
class QuickstartTest {
    private val root = File(System.getProperty("ehr.vectors")).absoluteFile.parentFile

    @Test
    fun `the READMEs show the quickstart`() {
        val code = File(root, "bindings/kotlin/lib/src/test/kotlin/Quickstart.kt").readText()
        for (readme in listOf("README.md", "bindings/kotlin/README.md")) {
            assertTrue("```kotlin\n$code```" in File(root, readme).readText(), readme)
        }
    }

    @Test
    fun `the quickstart runs`() {
        val (shown, before) = ByteArrayOutputStream() to System.out
        System.setOut(PrintStream(shown, true))
        try {
            Class.forName("QuickstartKt").getMethod("main").invoke(null)
        } finally {
            System.setOut(before)
        }
        assertTrue(shown.toString().trim().lines().takeLast(2) == listOf("PATIENT", "true"), shown.toString())
    }
}
