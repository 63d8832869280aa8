# The table as a picture: CPU per delivery, as ratios to the floor.  Wants data and picture.
set terminal svg size 1000,480 dynamic
set output picture
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8 border -1
set boxwidth 0.9
set grid ytics
set ylabel 'CPU per delivery, the floor being 1'
set yrange [0:*]
set xtics rotate by -25
set key top left
plot for [i = 2:6] data using i:xtic(1) title columnheader(i)
