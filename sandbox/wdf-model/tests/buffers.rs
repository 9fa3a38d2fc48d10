//! Buffers of requests: what each retrieval answers, by transfer method and lengths.
//!
//! A row: probe id, control code, input and output length, then for input and output the status with a minimum of 0
//! and of one more than the length, and of the unsafe user buffers with the length as minimum.

use netioctl_status::NtStatus;
use wdf_model::buffer::{Direction, Method, Operation, locate, unsafe_user};

type Row = (&'static str, u32, usize, usize, [u32; 6]);

#[rustfmt::skip]
const ROWS: [Row; 24] = [
    ("req.buffered.in0.out0", 0x22_2014, 0, 0, [SMALL, SMALL, SMALL, SMALL, BAD, BAD]),
    ("req.buffered.in0.out4", 0x22_2014, 0, 4, [SMALL, SMALL, 0, SMALL, BAD, BAD]),
    ("req.buffered.in4.out0", 0x22_2014, 4, 0, [0, SMALL, SMALL, SMALL, BAD, BAD]),
    ("req.buffered.in4.out8", 0x22_2014, 4, 8, [0, SMALL, 0, SMALL, BAD, BAD]),
    ("req.buffered.in8.out4", 0x22_2014, 8, 4, [0, SMALL, 0, SMALL, BAD, BAD]),
    ("req.buffered.in8.out8", 0x22_2014, 8, 8, [0, SMALL, 0, SMALL, BAD, BAD]),
    ("req.in_direct.in0.out0", 0x22_2015, 0, 0, [SMALL, SMALL, SMALL, SMALL, BAD, BAD]),
    ("req.in_direct.in0.out4", 0x22_2015, 0, 4, [SMALL, SMALL, 0, SMALL, BAD, BAD]),
    ("req.in_direct.in4.out0", 0x22_2015, 4, 0, [0, SMALL, SMALL, SMALL, BAD, BAD]),
    ("req.in_direct.in4.out8", 0x22_2015, 4, 8, [0, SMALL, 0, SMALL, BAD, BAD]),
    ("req.in_direct.in8.out4", 0x22_2015, 8, 4, [0, SMALL, 0, SMALL, BAD, BAD]),
    ("req.in_direct.in8.out8", 0x22_2015, 8, 8, [0, SMALL, 0, SMALL, BAD, BAD]),
    ("req.out_direct.in0.out0", 0x22_2016, 0, 0, [SMALL, SMALL, SMALL, SMALL, BAD, BAD]),
    ("req.out_direct.in0.out4", 0x22_2016, 0, 4, [SMALL, SMALL, 0, SMALL, BAD, BAD]),
    ("req.out_direct.in4.out0", 0x22_2016, 4, 0, [0, SMALL, SMALL, SMALL, BAD, BAD]),
    ("req.out_direct.in4.out8", 0x22_2016, 4, 8, [0, SMALL, 0, SMALL, BAD, BAD]),
    ("req.out_direct.in8.out4", 0x22_2016, 8, 4, [0, SMALL, 0, SMALL, BAD, BAD]),
    ("req.out_direct.in8.out8", 0x22_2016, 8, 8, [0, SMALL, 0, SMALL, BAD, BAD]),
    ("req.neither.in0.out0", 0x22_2017, 0, 0, [SMALL, SMALL, SMALL, SMALL, 0, 0]),
    ("req.neither.in0.out4", 0x22_2017, 0, 4, [SMALL, SMALL, BAD, BAD, 0, 0]),
    ("req.neither.in4.out0", 0x22_2017, 4, 0, [BAD, BAD, SMALL, SMALL, 0, 0]),
    ("req.neither.in4.out8", 0x22_2017, 4, 8, [BAD, BAD, BAD, BAD, 0, 0]),
    ("req.neither.in8.out4", 0x22_2017, 8, 4, [BAD, BAD, BAD, BAD, 0, 0]),
    ("req.neither.in8.out8", 0x22_2017, 8, 8, [BAD, BAD, BAD, BAD, 0, 0]),
];

const BAD: u32 = 0xC000_0010;
const SMALL: u32 = 0xC000_0023;

fn status<T>(result: Result<T, NtStatus>) -> u32 {
    result.map_or_else(NtStatus::bits, |_| 0)
}

#[test]
fn control_requests_have_the_observed_buffers() {
    let (operation, input, output) = (Operation::Control, Direction::Input, Direction::Output);
    for (id, code, in_length, out_length, expected) in ROWS {
        let method = Method::of_control_code(code);
        let found = [
            status(locate(operation, method, input, in_length, 0)),
            status(locate(operation, method, input, in_length, in_length + 1)),
            status(locate(operation, method, output, out_length, 0)),
            status(locate(operation, method, output, out_length, out_length + 1)),
            status(unsafe_user(operation, method, input, in_length, in_length)),
            status(unsafe_user(operation, method, output, out_length, out_length)),
        ];
        assert_eq!(found, expected, "{id}");
    }
}

#[test]
fn reads_and_writes_have_one_direction() {
    for method in [Method::Buffered, Method::OutDirect, Method::Neither] {
        let read = |direction, length, minimum| status(locate(Operation::Read, method, direction, length, minimum));
        assert_eq!(read(Direction::Input, 8, 0), BAD, "req.read.*: retrieve_input");
        assert_eq!(read(Direction::Output, 8, 0), 0, "req.read.*: retrieve_output_min0");
        assert_eq!(read(Direction::Output, 8, 9), SMALL, "req.read.*: retrieve_output_min_above");
        assert_eq!(read(Direction::Output, 0, 0), SMALL, "req.read.zero_length.*.allowed");
        let write = |direction, length, minimum| status(locate(Operation::Write, method, direction, length, minimum));
        assert_eq!(write(Direction::Output, 8, 0), BAD, "req.write.*: retrieve_output");
        assert_eq!(write(Direction::Input, 8, 0), 0, "req.write.*: retrieve_input_min0");
        assert_eq!(write(Direction::Input, 8, 9), SMALL, "req.write.*: retrieve_input_min_above");
        assert_eq!(write(Direction::Input, 0, 0), SMALL, "req.write.zero_length.*.allowed");
    }
}
