/// Big-endian numbers of 32 bytes: `a - b`.
pub(crate) fn minus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let mut digits: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let digit = i16::from(*a) - i16::from(*b) - borrow;
            borrow = i16::from(digit < 0);
            (digit & 0xff) as u8
        })
        .collect();
    digits.reverse();
    digits
}

/// `a + b`, in 33 bytes.
pub(crate) fn plus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let mut digits: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let digit = u16::from(*a) + u16::from(*b) + carry;
            carry = digit >> 8;
            (digit & 0xff) as u8
        })
        .collect();
    digits.push(carry as u8);
    digits.reverse();
    digits
}
