import { describe, expect, it } from "vitest";
import { address, days, fault, lineTime, longDuration, percent, type Asked } from "./statistics-model";

const ASKED: Asked = { from: "2026-11-01", to: "2026-11-22", interval: "30m", by: "queue" };

describe("what the statistics page asks", () => {
  it("names the report and its file", () => {
    expect(address(ASKED)).toBe("/statistics?from=2026-11-01&to=2026-11-22&interval=30m&by=queue");
    expect(address(ASKED, true)).toContain("/statistics.csv?");
  });

  it("asks for nothing the server refuses", () => {
    expect(days(ASKED)).toBe(22);
    expect(fault(ASKED)).toBeNull();
    expect(fault({ ...ASKED, from: "2026-10-01" })).toBe("long");
    expect(fault({ ...ASKED, from: "2026-10-01", interval: "1h" })).toBeNull();
    expect(fault({ ...ASKED, from: "2026-11-23" })).toBe("dates");
    expect(fault({ ...ASKED, from: "" })).toBe("dates");
  });
});

describe("how figures read", () => {
  it("shows shares and durations", () => {
    expect(percent(0.8125, "en")).toBe("81.3%");
    expect(percent(null, "es")).toBe("—");
    expect([40, 90, 3599, 11_100].map(longDuration)).toEqual(["40 s", "2 min", "1:00 h", "3:05 h"]);
  });

  it("tells times in the center's time zone", () => {
    const start = "2026-11-22T11:30:00.000Z";
    expect(lineTime(start, "America/Montevideo", "30m", false, "en")).toBe("08:30");
    expect(lineTime(start, "America/Montevideo", "30m", true, "en")).toContain("22");
    expect(lineTime(start, "America/Montevideo", "1d", false, "en")).not.toContain(":");
  });
});
